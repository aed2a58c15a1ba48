//! What every master must do for each task it starts, and nothing else: encode it, make it durable in batches, send
//! it over loopback and read an answer.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

/// As many as the master commits at once.
const BATCH: usize = 1024;
/// As long as an agent's word on one task.
const ANSWER: usize = 140;

/// Seconds for so many tasks.
pub(crate) fn secs(tasks: usize) -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut master = TcpStream::connect(listener.local_addr()?)?;
    master.set_nodelay(true)?;
    let (agent, _) = listener.accept()?;
    let answering = thread::spawn(move || answer(agent, tasks));
    let mut log = tempfile::tempfile()?;
    let began = Instant::now();
    let mut answers = vec![0; BATCH * ANSWER];
    for first in (0..tasks).step_by(BATCH) {
        let batch: Vec<Vec<u8>> = (first..tasks.min(first + BATCH)).map(encoded).collect::<Result<_>>()?;
        append(&mut log, &batch)?;
        master.write_all(&framed(&batch))?;
        master.read_exact(&mut answers[..batch.len() * ANSWER])?;
    }
    let secs = began.elapsed().as_secs_f64();
    answering.join().ok().context("the other end does not panic")??;
    Ok(secs)
}

/// About what a task with a short command and Marathon's variables takes.
fn encoded(number: usize) -> Result<Vec<u8>> {
    let id = format!("load.instance-{number:08x}-0000-0000-0000-000000000000._app.1");
    let variables: Value = (0..12).map(|n| (format!("MARATHON_VARIABLE_{n}"), json!(format!("value {n}")))).collect();
    Ok(serde_json::to_vec(&json!({
        "id": id, "app": "/load", "version": "2026-01-01T00:00:00.000Z", "digest": "0".repeat(64),
        "image": { "name": "image:1", "force_pull": false }, "command": { "shell": "sleep 1" }, "env": variables,
        "resources": { "cpus": 0.05, "mem": 16.0, "disk": 0.0, "gpus": 0 }, "network": "host", "ports": [],
        "volumes": [], "privileged": false, "parameters": [], "tty": false, "checks": { "health": [] },
    }))?)
}

fn append(log: &mut File, batch: &[Vec<u8>]) -> Result<()> {
    batch.iter().try_for_each(|task| log.write_all(task))?;
    Ok(log.sync_data()?)
}

fn framed(batch: &[Vec<u8>]) -> Vec<u8> {
    let length = |task: &Vec<u8>| u32::try_from(task.len()).unwrap_or(u32::MAX).to_be_bytes();
    batch.iter().flat_map(|task| length(task).into_iter().chain(task.iter().copied()).collect::<Vec<u8>>()).collect()
}

fn answer(mut link: TcpStream, tasks: usize) -> Result<()> {
    let mut orders = BufReader::new(link.try_clone()?);
    let mut task = Vec::new();
    for _ in 0..tasks {
        let mut length = [0; 4];
        orders.read_exact(&mut length)?;
        task.resize(u32::from_be_bytes(length) as usize, 0);
        orders.read_exact(&mut task)?;
        link.write_all(&[b'r'; ANSWER])?;
    }
    Ok(())
}
