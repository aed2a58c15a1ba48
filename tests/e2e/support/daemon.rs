//! One `shipd` process: started until it is ready, ended as an operator or a power cut would, started again.

use super::{Running, programs};
use notify::{RecursiveMode, Watcher as _};
use serde_json::Value;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// The daemon promises to be ready within ten seconds; on two busy cores it may take longer.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// Killed when dropped. Its data, log and ready file are in a folder of its own.
pub(crate) struct Daemon {
    folder: PathBuf,
    args: Vec<String>,
    process: Child,
    ready: Value,
}

impl Daemon {
    /// Starts `shipd ARGS` and waits until it is ready.
    pub(crate) fn start(folder: PathBuf, args: &[&str]) -> Daemon {
        fs::create_dir_all(&folder).expect("a folder can be made");
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let process = spawn(&folder, &args);
        let mut daemon = Daemon { folder, args, process, ready: Value::Null };
        daemon.await_ready();
        daemon
    }

    /// A field of the ready file.
    pub(crate) fn ready(&self, field: &str) -> &str {
        self.ready[field].as_str().expect("the ready file is complete")
    }

    /// Ends it as a power cut would. It may have ended by itself; then there is nothing to kill.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap_or_default();
        drop(self.process.wait());
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(&mut self) {
        Running::start(Command::new("kill").arg(self.process.id().to_string())).finish().ok();
        let status = self.process.wait().expect("the daemon can be awaited");
        assert!(status.success(), "shipd ended with {status}:\n{}", self.log());
    }

    /// Tells it to read its settings again. What comes of it, others must watch.
    pub(crate) fn reload(&self) {
        Running::start(Command::new("kill").args(["-HUP", &self.process.id().to_string()])).finish().ok();
    }

    /// Starts it again on the same data, with the same arguments.
    pub(crate) fn restart(&mut self) {
        fs::remove_file(self.ready_file()).expect("the ready file can be removed");
        self.process = spawn(&self.folder, &self.args);
        self.await_ready();
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join("data").join(name)).expect("a file of the daemon can be read")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).expect("the daemon's log can be read")
    }

    fn ready_file(&self) -> PathBuf {
        self.folder.join("ready.json")
    }

    fn await_ready(&mut self) {
        let (changed, changes) = channel();
        let mut watcher =
            notify::recommended_watcher(move |_| changed.send(()).unwrap_or_default()).expect("files can be watched");
        watcher.watch(&self.folder, RecursiveMode::NonRecursive).expect("the folder can be watched");
        let deadline = Instant::now() + READY_WITHIN;
        while !self.ready_file().exists() {
            assert!(Instant::now() < deadline, "shipd is not ready after {READY_WITHIN:?}:\n{}", self.log());
            let ended = self.process.try_wait().expect("the daemon can be asked");
            assert!(ended.is_none(), "shipd ended before it was ready:\n{}", self.log());
            // The bound lets the daemon's end be noticed too.
            changes.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
        }
        let ready = fs::read(self.ready_file()).expect("the ready file can be read");
        self.ready = serde_json::from_slice(&ready).expect("the ready file is JSON, complete from the start");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(folder: &std::path::Path, args: &[String]) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log can be opened");
    programs::shipd()
        .args(args)
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--ready-file")
        .arg(folder.join("ready.json"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle can be cloned"))
        .stderr(log)
        .spawn()
        .expect("shipd starts")
}
