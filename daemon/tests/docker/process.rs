//! Processes: how they start, print, answer and end.

use crate::bed::{ENGINE, exit_of, lie, none_sleeps, one_sleeps, soon, up};
use futures_util::StreamExt;
use ship_core::model::{AgentId, Command, NetworkMode, Parameter, Protocol, Scalar, TaskId, TaskPort, TaskSpec};
use shipd::runtime::docker::Docker;
use shipd::runtime::{End, ExecEnd, FoundState, LogsQuery, OutputLine, Runtime, RuntimeError, Source};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const GRACE: Duration = Duration::from_secs(10);

/// As in a log, but for the moment.
fn line(source: Source, line: &str) -> Option<(Source, String)> {
    Some((source, line.to_owned()))
}

fn told(line: Option<OutputLine>) -> Option<(Source, String)> {
    line.map(|line| (line.source, line.line))
}

#[tokio::test]
async fn docker_an_exit_is_noticed_with_its_code_and_last_words() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "for n in 1 2 3 4 5 6 7 8 9 10 11; do echo $n; done; exit 3");
        bed.run(&task).await;
        assert_eq!(exit_of(&mut notices, &task).await, 3);
        let words = bed.docker.last_words(&task.id, &End { code: 3, container: None }).await;
        assert!(!words.out_of_memory);
        assert_eq!(words.log_tail, ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
        bed.docker.remove(&task.id).await.expect("removed");
        assert_eq!(bed.containers().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn docker_an_exit_is_noticed_at_once() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "sleep 0.2");
        bed.run(&task).await;
        exit_of(&mut notices, &task).await;
        let noticed = SystemTime::now();
        let state = bed.client.inspect_container(task.id.as_str(), None).await.expect("there").state;
        let finished: jiff::Timestamp =
            state.and_then(|state| state.finished_at).expect("told").parse().expect("RFC 3339");
        let late = noticed.duration_since(SystemTime::from(finished)).unwrap_or_default();
        // 100 ms is the promise on a machine that is not busy with other tests.
        assert!(late < Duration::from_secs(1), "noticed after {late:?}");
    })
    .await;
}

#[tokio::test]
async fn docker_a_stop_asks_first_and_insists_after_the_grace_period() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let polite = bed.task("polite", "trap 'exit 7' TERM; while :; do sleep 0.05; done");
        let stubborn = bed.task("stubborn", "trap '' TERM; while :; do sleep 0.05; done");
        bed.run(&polite).await;
        bed.run(&stubborn).await;
        bed.docker.stop(&polite.id, GRACE).await.expect("stops");
        assert_eq!(exit_of(&mut notices, &polite).await, 7);
        bed.docker.stop(&stubborn.id, Duration::from_secs(1)).await.expect("stops");
        assert_eq!(exit_of(&mut notices, &stubborn).await, 137);
        assert!(!bed.docker.last_words(&stubborn.id, &End { code: 137, container: None }).await.out_of_memory);
    })
    .await;
}

#[tokio::test]
async fn docker_a_stop_without_grace_is_at_once() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let stubborn = bed.task("stubborn", "trap '' TERM; while :; do sleep 0.05; done");
        bed.run(&stubborn).await;
        // Far below the ten seconds that the engine allows by itself.
        let stop = tokio::time::timeout(GRACE / 2, bed.docker.stop(&stubborn.id, Duration::ZERO)).await;
        stop.expect("at once").expect("stops");
        assert_eq!(exit_of(&mut notices, &stubborn).await, 137);
    })
    .await;
}

/// An impatient order overtakes a patient one.
#[tokio::test]
async fn docker_a_stop_can_be_hurried() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let stubborn = bed.task("stubborn", "trap '' TERM; while :; do sleep 0.05; done");
        bed.run(&stubborn).await;
        let patient = bed.docker.stop(&stubborn.id, LONG * 2);
        let hurried = bed.docker.stop(&stubborn.id, Duration::ZERO);
        let both = tokio::time::timeout(LONG, async { tokio::join!(patient, hurried) }).await;
        assert_eq!(both.expect("at once"), (Ok(()), Ok(())));
        assert_eq!(exit_of(&mut notices, &stubborn).await, 137);
    })
    .await;
}

#[tokio::test]
async fn docker_a_process_that_eats_all_its_memory_is_told_apart() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let mut task = bed.task("t", "tail /dev/zero");
        task.resources.mem = Scalar::whole(16);
        bed.run(&task).await;
        let code = exit_of(&mut notices, &task).await;
        assert!(
            bed.docker.last_words(&task.id, &End { code, container: None }).await.out_of_memory,
            "exit code {code}"
        );
    })
    .await;
}

#[tokio::test]
async fn docker_refusals_are_in_the_engines_words() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let mut task = bed.task("t", "true");
        // Nothing listens on this port: no registry is bothered.
        task.image.name = "127.0.0.1:1/none".to_owned();
        assert_eq!(bed.docker.start(&task, None).await, Err(RuntimeError::NoImage(task.image.name.clone())));
        let pull = bed.docker.pull(&task.image.name, Box::new(|_| {})).await;
        assert!(matches!(&pull, Err(RuntimeError::Refused(words)) if words.contains("127.0.0.1:1")), "{pull:?}");

        let mut task = bed.task("u", "true");
        task.command = Command::Args(vec!["/no/such/program".to_owned()]);
        let start = bed.docker.start(&task, None).await;
        assert!(matches!(&start, Err(RuntimeError::Refused(words)) if words.contains("no such file")), "{start:?}");

        let mut task = bed.task("v", "true");
        task.parameters = vec![Parameter { key: "restart".to_owned(), value: "always".to_owned() }];
        assert!(matches!(bed.docker.start(&task, None).await, Err(RuntimeError::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn docker_containers_are_found_by_their_own_agent_only() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let (runs, over) = (bed.task("runs", "sleep 60"), bed.task("over", "exit 4"));
        bed.run(&runs).await;
        bed.run(&over).await;
        exit_of(&mut notices, &over).await;

        let successor = Docker::new(ENGINE, bed.agent.clone());
        let mut notices = successor.watch();
        let found = up(&mut notices).await;
        let state = |task: &TaskSpec| found.iter().find(|found| found.spec.id == task.id).map(|one| one.state.clone());
        assert_eq!(found.len(), 2);
        assert!(matches!(state(&runs), Some(FoundState::Running { address: None, age }) if age < LONG));
        if state(&over) != Some(FoundState::Exited(End { code: 4, container: None })) {
            // The engine's list lags behind its events for a moment; they are told again to make up for it.
            assert_eq!(exit_of(&mut notices, &over).await, 4);
        }
        successor.start(&runs, None).await.expect("it runs already");

        let stranger = Docker::new(ENGINE, AgentId::new("docker-test-0-stranger"));
        let mut notices = stranger.watch();
        assert_eq!(up(&mut notices).await, []);
        assert_eq!(stranger.stop(&runs.id, GRACE).await, Err(RuntimeError::Missing));
        assert!(matches!(stranger.start(&runs, None).await, Err(RuntimeError::Refused(_))));
        stranger.remove(&runs.id).await.expect("nothing to remove");
        assert_eq!(bed.containers().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn docker_logs_come_by_line_from_both_streams_and_follow() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "echo out; echo err >&2; while [ ! -e /go ]; do sleep 0.05; done; echo late");
        bed.run(&task).await;
        let query = LogsQuery { follow: true, tail: None, since: None };
        let mut lines = bed.docker.logs(&task.id, query).await.expect("there is a log");
        let mut first = [told(soon(lines.next()).await), told(soon(lines.next()).await)];
        first.sort_by_key(|line| line.as_ref().map(|(source, _)| *source == Source::Stderr));
        assert_eq!(first, [line(Source::Stdout, "out"), line(Source::Stderr, "err")]);

        let end = bed.docker.exec(&task.id, None, &shell("echo done; exit 5"), LONG).await.expect("runs");
        assert_eq!(end, ExecEnd::Ended { code: 5, output: "done".to_owned() });
        // How this one ends is open: the container may be gone before it.
        let _ = bed.docker.exec(&task.id, None, &shell("touch /go"), LONG).await;
        let late = soon(lines.next()).await.expect("a line");
        assert_eq!(told(Some(late.clone())), line(Source::Stdout, "late"));
        assert_eq!(soon(lines.next()).await, None, "ends with the task");

        let query = LogsQuery { follow: false, tail: Some(1), since: None };
        let last: Vec<_> = bed.docker.logs(&task.id, query).await.expect("there is a log").collect().await;
        assert_eq!(last, std::slice::from_ref(&late));

        let query = LogsQuery { follow: false, tail: None, since: late.at };
        assert!(late.at.is_some(), "the engine tells when");
        let since: Vec<_> = bed.docker.logs(&task.id, query).await.expect("there is a log").collect().await;
        assert_eq!(since, [late], "to the nanosecond");
    })
    .await;
}

#[tokio::test]
async fn docker_a_command_that_hangs_is_ended_and_leaves_nothing_behind() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "while :; do sleep 1; done");
        bed.run(&task).await;
        let short = Duration::from_millis(300);
        for _ in 0..3 {
            // The shell has a child that sleeps.
            let end = bed.docker.exec(&task.id, None, &shell("sleep 4321; true"), short).await.expect("runs");
            assert_eq!(end, ExecEnd::TimedOut);
        }
        none_sleeps("4321").await;
    })
    .await;
}

#[tokio::test]
async fn docker_a_command_that_nobody_waits_for_any_more_is_ended() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let task = bed.task("t", "while :; do sleep 1; done");
        bed.run(&task).await;
        let line = shell("sleep 4322; true");
        tokio::select! {
            end = bed.docker.exec(&task.id, None, &line, LONG) => panic!("{end:?}"),
            () = one_sleeps("4322") => {}
        }
        none_sleeps("4322").await;
    })
    .await;
}

#[tokio::test]
async fn docker_a_terminal_has_lines_too() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let mut task = bed.task("t", "[ -t 1 ] && echo terminal");
        task.tty = true;
        bed.run(&task).await;
        assert_eq!(exit_of(&mut notices, &task).await, 0);
        assert_eq!(bed.docker.last_words(&task.id, &End { code: 0, container: None }).await.log_tail, ["terminal"]);
    })
    .await;
}

#[tokio::test]
async fn docker_a_bridged_port_answers_on_the_host_and_at_the_containers_address() {
    lie(|bed| async move {
        let mut notices = bed.docker.watch();
        up(&mut notices).await;
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = free.local_addr().expect("bound").port();
        drop(free);
        let mut task = bed.task("t", "mkdir /www; echo $GREETING > /www/index.html; exec httpd -f -p 80 -h /www");
        task.env.insert("GREETING".to_owned(), "hello there".to_owned());
        task.network = NetworkMode::Bridge;
        task.ports = vec![
            TaskPort { container: 80, host: Some(host), protocol: Protocol::Tcp },
            TaskPort { container: 81, host: None, protocol: Protocol::Tcp },
        ];
        let address = bed.run(&task).await.address.expect("asked for, as a port is not published");
        for place in [format!("127.0.0.1:{host}"), format!("{address}:80")] {
            assert!(soon(get(&place)).await.contains("hello there"));
        }
    })
    .await;
}

/// Until the server in the container listens.
async fn get(place: &str) -> String {
    loop {
        if let Ok(mut stream) = TcpStream::connect(place).await {
            let mut answer = String::new();
            let asked = stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await;
            if asked.is_ok() && stream.read_to_string(&mut answer).await.is_ok() && !answer.is_empty() {
                return answer;
            }
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn docker_what_was_never_started_has_no_log() {
    lie(|bed| async move {
        up(&mut bed.docker.watch()).await;
        let query = LogsQuery { follow: false, tail: None, since: None };
        let none = bed.docker.logs(&TaskId::new("none"), query).await.err();
        assert_eq!(none, Some(RuntimeError::Missing));
    })
    .await;
}

const LONG: Duration = Duration::from_secs(30);

fn shell(line: &str) -> [String; 3] {
    ["/bin/sh", "-c", line].map(str::to_owned)
}
