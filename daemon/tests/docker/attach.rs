//! Commands that somebody talks to.

use crate::bed::{Bed, lie, none_sleeps, one_sleeps, soon, up};
use futures_util::StreamExt;
use ship_core::model::TaskSpec;
use shipd::runtime::{Attached, ExecWish, Runtime, Source, TerminalSize};
use tokio::io::AsyncWriteExt;

async fn task(bed: &Bed) -> TaskSpec {
    up(&mut bed.docker.watch()).await;
    let task = bed.task("t", "while :; do sleep 1; done");
    bed.run(&task).await;
    task
}

fn wish(argv: &[&str], tty: Option<TerminalSize>, stdin: bool) -> ExecWish {
    ExecWish { container: None, argv: argv.iter().map(ToString::to_string).collect(), tty, stdin }
}

/// All that it prints, stream by stream, and its code.
async fn rest(mut attached: Attached) -> (String, String, i64) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while let Some(output) = soon(attached.output.next()).await {
        let output = output.expect("readable");
        match output.source {
            Source::Stdout => out.extend_from_slice(&output.bytes),
            Source::Stderr => err.extend_from_slice(&output.bytes),
        }
    }
    let code = soon(attached.command.code()).await.expect("known");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(out), text(err), code)
}

#[tokio::test]
async fn docker_an_attached_command_reads_prints_and_ends() {
    lie(|bed| async move {
        let task = task(&bed).await;
        let line = "cat; echo oops >&2; exit 7";
        let mut attached =
            bed.docker.attach(&task.id, &wish(&["/bin/sh", "-c", line], None, true)).await.expect("runs");
        let much = "0123456789abcdef\n".repeat(20_000);
        let (mut input, given) = (attached.input, much.clone());
        attached.input = Box::pin(tokio::io::sink());
        let giving = tokio::spawn(async move {
            input.write_all(given.as_bytes()).await.expect("read");
            input.shutdown().await.expect("closed");
        });
        assert_eq!(rest(attached).await, (much, "oops\n".to_owned(), 7));
        soon(giving).await.expect("all was read");

        let none = bed.docker.attach(&task.id, &wish(&["cat"], None, false)).await.expect("runs");
        assert_eq!(rest(none).await, (String::new(), String::new(), 0), "without input it reads an end");
        let missing = bed.docker.attach(&task.id, &wish(&["/none"], None, false)).await.expect("tried");
        let (out, err, code) = rest(missing).await;
        assert!((out + &err).contains("/none") && [126, 127].contains(&code), "{code}");
    })
    .await;
}

#[tokio::test]
async fn docker_an_attached_terminal_has_a_size() {
    lie(|bed| async move {
        let task = task(&bed).await;
        let size = TerminalSize { columns: 91, rows: 33 };
        let line = "read go; stty size; read go; stty size";
        let mut attached =
            bed.docker.attach(&task.id, &wish(&["/bin/sh", "-c", line], Some(size), true)).await.expect("runs");
        attached.input.write_all(b"\n").await.expect("read");
        let mut seen = String::new();
        while !seen.contains("33 91") {
            let output = soon(attached.output.next()).await.expect("more to come").expect("readable");
            seen.push_str(&String::from_utf8_lossy(&output.bytes));
        }
        attached.command.resize(TerminalSize { columns: 80, rows: 25 }).await.expect("resized");
        attached.input.write_all(b"\n").await.expect("read");
        let (out, _, code) = rest(attached).await;
        assert!(out.contains("25 80") && code == 0, "{out}");
    })
    .await;
}

#[tokio::test]
async fn docker_an_attached_command_ends_when_nobody_talks_to_it_any_more() {
    lie(|bed| async move {
        let task = task(&bed).await;
        for (secs, tty) in [("4331", None), ("4332", Some(TerminalSize { columns: 80, rows: 24 }))] {
            let line = format!("sleep {secs}; true");
            let attached = bed.docker.attach(&task.id, &wish(&["/bin/sh", "-c", &line], tty, true)).await;
            let attached = attached.expect("runs");
            one_sleeps(secs).await;
            drop(attached);
            none_sleeps(secs).await;
        }
        let attached = bed.docker.attach(&task.id, &wish(&["sleep", "4333"], None, false)).await.expect("runs");
        one_sleeps("4333").await;
        attached.command.end().await;
        assert_eq!(soon(attached.command.code()).await, Ok(137), "it has ended");
        assert_eq!(bed.containers().await.len(), 1, "the task itself runs on");
    })
    .await;
}
