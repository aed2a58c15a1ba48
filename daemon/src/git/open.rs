//! Opens the source of the desired state, and runs what keeps it up to date.

use super::branch::Branch;
use super::desire::Desire;
use super::desired::{Desired, Inbox};
use super::hook;
use super::http::Hosting;
use super::push::Receiver;
use super::repository::{self, RepositoryError};
use super::upstream::Upstream;
use super::{Git, Inner, Origin, reverts, watch};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// Below the data directory.
const REPOSITORY: &str = "repo.git";
const MIRROR: &str = "upstream.git";
const SOCKET: &str = "hook.sock";

/// How often a remote is asked when no webhook comes.
pub const POLL_EVERY: Duration = Duration::from_secs(15);

/// What the source is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    pub source: Source,
    /// The branch that deploys.
    pub branch: String,
    /// The daemon's data directory, already made and locked.
    pub data: PathBuf,
    /// The program that the hooks start: shipd itself.
    pub program: PathBuf,
    /// Shared with the forge that sends webhooks.
    pub webhook_secret: Option<String>,
    /// The largest push that is taken; [`PACK_BYTES_MAX`](super::PACK_BYTES_MAX) unless in a test.
    pub pack_bytes_max: u64,
}

#[derive(Debug, Clone)]
pub enum Source {
    /// `<data>/repo.git`, served for clone, fetch and push.
    Hosted,
    /// A repository on this disk.
    Watched { repo: PathBuf },
    /// A remote, asked so often; [`POLL_EVERY`] by default.
    Upstream { url: String, every: Duration },
}

#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    #[error("cannot open the hook's socket `{}`", path.display())]
    Socket {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
    #[error("`{branch}` is not a name that a branch can have")]
    Branch { branch: String },
}

/// The loops of a source. Nothing is followed until they run.
pub struct Work {
    git: Git,
    inbox: Inbox,
    more: More,
}

/// What a source needs besides keeping the master at its branch.
enum More {
    AnswerHooks(UnixListener),
    Watch,
    Fetch(Arc<Upstream>),
}

/// Opens the source, making the hosted repository or the mirror if it is not there. Needs tokio's runtime.
pub fn open(setup: Setup, master: Arc<dyn Desire>) -> Result<(Git, Work), GitError> {
    if !git2::Reference::is_valid_name(&format!("refs/heads/{}", setup.branch)) {
        return Err(GitError::Branch { branch: setup.branch });
    }
    let (repo, origin, more) = match setup.source {
        Source::Hosted => {
            let path = setup.data.join(REPOSITORY);
            let socket = setup.data.join(SOCKET);
            let repo = repository::open_or_create(&path, &setup.branch)?;
            repository::sweep(&repo);
            repository::install_hooks(&repo, &setup.program, &socket)?;
            let listener = hook::bind(&socket).map_err(|err| GitError::Socket { path: socket, err })?;
            let hosting = Hosting::new(path.clone(), setup.pack_bytes_max);
            (path, Origin::Hosted(hosting), More::AnswerHooks(listener))
        }
        Source::Watched { repo } => {
            repository::open(&repo)?;
            (repo, Origin::Watched, More::Watch)
        }
        Source::Upstream { url, every } => {
            let path = setup.data.join(MIRROR);
            repository::open_or_create(&path, &setup.branch)?;
            let upstream = Arc::new(Upstream::new(url, every));
            (path, Origin::Upstream(upstream.clone()), More::Fetch(upstream))
        }
    };
    let (desired, inbox) = Desired::new(Branch::new(repo, setup.branch), master);
    let git = Git { inner: Arc::new(Inner { desired, origin, webhook_secret: setup.webhook_secret }) };
    Ok((git.clone(), Work { git, inbox, more }))
}

impl Work {
    /// Runs until shutdown. A push under way gets its last words first.
    pub async fn run(self, shutdown: CancellationToken) {
        let desired = self.git.inner.desired.clone();
        let follow = desired.clone().run(self.inbox, shutdown.clone());
        let reverts = reverts::run(self.git, shutdown.clone());
        match self.more {
            More::AnswerHooks(listener) => {
                let receiver = Receiver { desired: desired.clone(), shutdown: shutdown.clone() };
                let watch = watch::run(desired, shutdown.clone());
                tokio::join!(follow, reverts, watch, hook::serve(listener, receiver, shutdown));
            }
            More::Watch => {
                tokio::join!(follow, reverts, watch::run(desired, shutdown));
            }
            More::Fetch(upstream) => {
                tokio::join!(follow, reverts, upstream.run(desired, shutdown));
            }
        }
    }
}
