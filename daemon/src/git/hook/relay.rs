//! `shipd hook ..`, the program that git starts: passes the push on to the daemon and prints what comes
//! back. A user waits for it on every push, so it starts no runtime and reads no settings.

use super::socket::ShortName;
use super::wire::{Call, Hook, RefUpdate, Reply};
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: u8 = 64;

/// Runs `shipd hook ARGS`; git calls it, people do not.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Some((hook, socket)) = parse(args) else {
        print("error: usage: shipd hook pre-receive|post-receive --socket PATH");
        return ExitCode::from(USAGE);
    };
    let status = relay(hook, &socket).unwrap_or_else(|err| apologise(hook, &socket, &err));
    ExitCode::from(status)
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Option<(Hook, PathBuf)> {
    let mut args = args.into_iter();
    let name = args.next()?;
    let hook = Hook::ALL.into_iter().find(|hook| name == hook.to_string().as_str())?;
    (args.next()? == "--socket").then_some(())?;
    Some((hook, args.next()?.into()))
}

fn relay(hook: Hook, socket: &Path) -> io::Result<u8> {
    let call = Call {
        hook,
        updates: ref_updates(io::stdin().lock())?,
        options: push_options(),
        quarantine: env::var_os("GIT_QUARANTINE_PATH").map(PathBuf::from),
    };
    let name = ShortName::of(socket)?;
    let mut stream = UnixStream::connect(&name.path)?;
    let mut request = serde_json::to_vec(&call)?;
    request.push(b'\n');
    stream.write_all(&request)?;
    for line in BufReader::new(stream).lines() {
        match serde_json::from_str(&line?)? {
            Reply::Line(text) => print(&text),
            Reply::Exit(status) => return Ok(status),
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

fn ref_updates(input: impl BufRead) -> io::Result<Vec<RefUpdate>> {
    let mut updates = Vec::new();
    for line in input.split(b'\n') {
        // Other people's refs may have any bytes in their names; ours is compared as text.
        updates.extend(RefUpdate::parse(&String::from_utf8_lossy(&line?)));
    }
    Ok(updates)
}

fn push_options() -> Vec<String> {
    let count = env::var("GIT_PUSH_OPTION_COUNT").ok().and_then(|text| text.parse::<usize>().ok());
    (0..count.unwrap_or(0))
        .filter_map(|number| env::var_os(format!("GIT_PUSH_OPTION_{number}")))
        .map(|option| option.to_string_lossy().into_owned())
        .collect()
}

/// The daemon is away: a push is refused, a view ends.
fn apologise(hook: Hook, socket: &Path, err: &io::Error) -> u8 {
    match hook {
        Hook::PreReceive => {
            print(&format!("error: shipd does not answer at {}: {err}", socket.display()));
            print("hint: start shipd, then push again");
            print("refused (policy): nothing was changed");
            1
        }
        Hook::PostReceive => {
            print("warning: the view ended, shipd does not answer any more");
            print("still running: shipd takes the commit over when it is back");
            0
        }
    }
}

/// A pusher who is gone reads nothing; that is no reason to fail.
fn print(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}
