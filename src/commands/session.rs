//! What a verb that talks to a cluster starts from: the cluster that is meant.

use crate::client::Client;
use crate::error::Error;
use crate::settings::{self, Flags, FromFile};

pub(crate) struct Session {
    pub(crate) client: Client,
}

impl Session {
    pub(crate) fn open(flags: &Flags) -> Result<Self, Error> {
        let url = settings::cluster_url(flags, settings::variable, &FromFile::default())?;
        Ok(Self { client: Client::new(url)? })
    }
}
