//! The command line of shipd. What a flag means is decided in `settings`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use ship_core::model::PortRange;
use ship_repo::{Amounts, Attributes};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Deploys what a git repository says to your own Docker machines.
#[derive(Debug, Parser)]
#[command(name = "shipd", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// All in one on this machine: master, agent, store and git server, for loopback only
    Dev(DevArgs),
    /// Decides what runs where; serves HTTP and git, and waits for agents
    Master(MasterArgs),
    /// Runs tasks on this machine for a master
    Agent(AgentArgs),
    /// Plays many agents that start nothing, to measure a master
    #[command(hide = true)]
    BenchAgents(BenchAgentsArgs),
}

#[derive(Debug, Args)]
pub struct BenchAgentsArgs {
    /// Where the master listens for agents
    #[arg(long, env = "SHIP_JOIN", value_name = "HOST:PORT")]
    pub join: String,
    /// The text of the master's `join-token` file
    #[arg(long, env = "SHIP_TOKEN", value_name = "T", hide_env_values = true)]
    pub token: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub agents: u32,
    /// What each of them offers
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub cpus: u64,
    /// What each of them offers, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 65_536)]
    pub mem: u64,
}

#[derive(Debug, Args)]
pub struct DevArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub serving: ServingArgs,
    #[command(flatten)]
    pub machine: MachineArgs,
}

#[derive(Debug, Args)]
pub struct MasterArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub serving: ServingArgs,
}

#[derive(Debug, Args)]
pub struct AgentArgs {
    /// Where the master listens for agents
    #[arg(long, env = "SHIP_JOIN", value_name = "HOST:PORT")]
    pub join: String,
    /// The text of the master's `join-token` file
    #[arg(long, env = "SHIP_TOKEN", value_name = "T", hide_env_values = true)]
    pub token: String,
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub machine: MachineArgs,
}

#[derive(Debug, Args)]
pub struct CommonArgs {
    /// The folder for everything that must survive a restart
    #[arg(long, env = "SHIP_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A `ship.toml` with settings in `[daemon]` and `[agent]`; flags and variables come first
    #[arg(long, env = "SHIP_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Written once all is up: JSON with `http`, `agents` and `repo`
    #[arg(long, env = "SHIP_READY_FILE", value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ServingArgs {
    /// Where to serve HTTP and git; port 0 picks a free one
    #[arg(long, env = "SHIP_HTTP", value_name = "ADDR:PORT")]
    pub http: Option<SocketAddr>,
    /// Where agents connect; port 0 picks a free one
    #[arg(long, env = "SHIP_AGENTS", value_name = "ADDR:PORT")]
    pub agents: Option<SocketAddr>,
    /// Deploy from this repository on disk instead of hosting one
    #[arg(long, env = "SHIP_REPO", value_name = "PATH", conflicts_with = "upstream")]
    pub repo: Option<PathBuf>,
    /// Deploy from this remote repository instead of hosting one
    #[arg(long, env = "SHIP_UPSTREAM", value_name = "URL")]
    pub upstream: Option<String>,
    /// The branch that deploys [default: main]
    #[arg(long, env = "SHIP_BRANCH", value_name = "B")]
    pub branch: Option<String>,
    /// From which numbers a `servicePort` is chosen that a file leaves open [default: 10000-20000]
    #[arg(long, env = "SHIP_SERVICE_PORTS", value_name = "FIRST-LAST")]
    pub service_ports: Option<PortRange>,
    /// Shared with the forge that calls `POST /v1/hooks/git`
    #[arg(long, env = "SHIP_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub webhook_secret: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct MachineArgs {
    /// The Docker Engine [default: unix:///var/run/docker.sock]
    #[arg(long, env = "SHIP_DOCKER", value_name = "URL")]
    pub docker: Option<String>,
    /// What constraints can ask for, such as `rack=7` or `disks={ssd,nvme}`; may be repeated
    #[arg(long = "attribute", env = "SHIP_ATTRIBUTES", value_name = "K=V", value_parser = Attributes::parse)]
    pub attributes: Vec<Attributes>,
    /// What tasks may use, such as `cpus=4,mem=8192,gpus=1`, and what is kept for a role, such as `cpus(prod)=8`; the
    /// rest is what the machine has, less a reserve
    #[arg(long, env = "SHIP_RESOURCES", value_name = "LIST", value_parser = Amounts::parse)]
    pub resources: Option<Amounts>,
    /// Host ports that tasks may be given; several ranges with `,` between [default: 31000-32000]
    #[arg(long, env = "SHIP_PORTS", value_name = "FIRST-LAST", value_delimiter = ',')]
    pub ports: Vec<PortRange>,
    /// What the machine is called [default: what it calls itself]
    #[arg(long, env = "SHIP_HOSTNAME", value_name = "NAME")]
    pub hostname: Option<String>,
    /// The failure zone that the machine is in
    #[arg(long, env = "SHIP_ZONE", value_name = "NAME")]
    pub zone: Option<String>,
    /// The region that the machine is in
    #[arg(long, env = "SHIP_REGION", value_name = "NAME")]
    pub region: Option<String>,
    /// For tests: what runs containers
    #[arg(long, env = "SHIP_RUNTIME", value_enum, default_value = "docker", hide = true)]
    pub runtime: RuntimeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuntimeKind {
    Docker,
    /// Starts nothing, and says it did.
    Fake,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn lists_are_read_and_mistakes_named() {
        let machine = |args: &[&str]| {
            Cli::try_parse_from([&["shipd", "dev"], args].concat()).map(|cli| match cli.command {
                Command::Dev(dev) => dev.machine,
                Command::Master(_) | Command::Agent(_) | Command::BenchAgents(_) => unreachable!("dev was asked for"),
            })
        };
        let good =
            machine(&["--attribute", "rack=7", "--attribute", "disk=ssd", "--ports", "31000-31009,32000"]).unwrap();
        assert_eq!(good.attributes[1].0["disk"].to_string(), "ssd");
        assert_eq!(good.attributes[0].0["rack"].to_string(), "7");
        assert_eq!(good.ports[1], PortRange { first: 32000, last: 32000 });
        for bad in [
            ["--attribute", "rack"],
            ["--ports", "9-1"],
            ["--resources", "cpu=1"],
            ["--resources", "mem=-1"],
            ["--http", "8080"],
        ] {
            let error = machine(&bad).expect_err("refused").to_string();
            assert!(error.contains(bad[0]), "{error}");
        }
    }
}
