//! Start-up, signals and exit codes.

use clap::Parser;
use clap::error::ErrorKind;
use shipd::agent::crowd;
use shipd::args::{BenchAgentsArgs, Cli, Command};
use shipd::daemon::Daemon;
use shipd::settings::{Settings, SettingsError};
use std::env;
use std::io;
use std::process::ExitCode;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

const USAGE: u8 = 64;
/// It could not start: the data directory, an address, the source of the desired state.
const UNAVAILABLE: u8 = 69;
/// It ran and could not go on.
const FAILED: u8 = 70;

fn main() -> ExitCode {
    let mut args = env::args_os().skip(1);
    // First of all: git starts this on every push, and somebody waits for it.
    if args.next().is_some_and(|verb| verb == "hook") {
        return shipd::git::hook::run(args);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) => return explain(&asked),
    };
    log();
    let (runtime, front) = match (threads("shipd"), threads("shipd-http")) {
        (Ok(runtime), Ok(front)) => (runtime, front),
        (Err(err), _) | (_, Err(err)) => {
            return end(UNAVAILABLE, &anyhow::Error::new(err).context("cannot start threads"));
        }
    };
    let code = match settings(cli.command) {
        Ok(Work::Serve(settings)) => runtime.block_on(run(*settings, front.handle().clone())),
        Ok(Work::PlayAgents(args)) => runtime.block_on(play_agents(&args)),
        Err(err) => end(USAGE, &err.into()),
    };
    // A blocked disk or name server must not hold up the end.
    front.shutdown_background();
    runtime.shutdown_background();
    code
}

fn threads(name: &str) -> io::Result<Runtime> {
    Builder::new_multi_thread().thread_name(name).enable_all().build()
}

enum Work {
    Serve(Box<Settings>),
    PlayAgents(BenchAgentsArgs),
}

fn settings(command: Command) -> Result<Work, SettingsError> {
    let settings = match command {
        Command::Dev(args) => Settings::of_dev(args),
        Command::Master(args) => Settings::of_master(args),
        Command::Agent(args) => Settings::of_agent(args),
        Command::BenchAgents(args) => return Ok(Work::PlayAgents(args)),
    };
    settings.map(|settings| Work::Serve(Box::new(settings)))
}

async fn play_agents(args: &BenchAgentsArgs) -> ExitCode {
    let mut stop = match Stop::listen() {
        Ok(stop) => stop,
        Err(err) => return end(UNAVAILABLE, &anyhow::Error::new(err).context("cannot listen to signals")),
    };
    let ended = CancellationToken::new();
    tokio::select! {
        () = crowd::run(args, &ended) => {}
        () = stop.asked() => ended.cancel(),
    }
    ExitCode::SUCCESS
}

async fn run(settings: Settings, front: Handle) -> ExitCode {
    // Before the start, so that no signal during it is lost.
    let (mut stop, mut hangup) = match (Stop::listen(), signal(SignalKind::hangup())) {
        (Ok(stop), Ok(hangup)) => (stop, hangup),
        (Err(err), _) | (_, Err(err)) => {
            return end(UNAVAILABLE, &anyhow::Error::new(err).context("cannot listen to signals"));
        }
    };
    let data = settings.data.clone();
    let mut daemon = tokio::select! {
        started = Daemon::start(settings, None, front) => match started {
            Ok(daemon) => daemon,
            Err(err) => return end(UNAVAILABLE, &err),
        },
        () = stop.asked() => return ExitCode::SUCCESS,
    };
    greet(&daemon, &data);
    loop {
        tokio::select! {
            failure = daemon.failure() => {
                let code = end(FAILED, &failure);
                daemon.stop().await;
                return code;
            }
            () = stop.asked() => {
                tracing::info!("stopping; tasks run on");
                daemon.stop().await;
                return ExitCode::SUCCESS;
            }
            _ = hangup.recv() => daemon.reload(),
        }
    }
}

/// What a service manager or a person ends the process with.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn greet(daemon: &Daemon, data: &std::path::Path) {
    let ready = daemon.ready();
    let Some(http) = &ready.http else {
        tracing::info!("running tasks for the master at {}", ready.agents);
        return;
    };
    tracing::info!("serving {http}, agents at {}, data in {}", ready.agents, data.display());
    if let Some(repo) = &ready.repo {
        tracing::info!("deploying from {repo}");
        if repo.starts_with(http) {
            tracing::info!("next: git clone {repo}, add apps/NAME.json, commit, push");
        }
    }
}

fn log() {
    shipd::logging::start();
    std::panic::set_hook(Box::new(|panic| tracing::error!("a mistake in shipd, please report it: {panic}")));
}

fn end(code: u8, why: &anyhow::Error) -> ExitCode {
    tracing::error!("{why:#}");
    ExitCode::from(code)
}

fn explain(asked: &clap::Error) -> ExitCode {
    // To a closed terminal there is nothing more to say.
    let _ = asked.print();
    match asked.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(USAGE),
    }
}
