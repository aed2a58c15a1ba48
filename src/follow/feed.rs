//! Events one after the other, whatever happens to the link: after a break it goes on behind the last one
//! that arrived, so that none is lost and none comes twice.

use super::patience::Patience;
use crate::client::{Channel, Client, ClientError, EventStream, Sent};
use crate::error::Error;
use crate::ui::Ui;
use ship_core::cluster::{Event, Happening};

pub(crate) struct Feed<'a> {
    client: &'a Client,
    channel: Channel,
    stream: Option<EventStream>,
    /// The number of the last event that arrived.
    last: Option<u64>,
    patience: Patience,
}

impl<'a> Feed<'a> {
    /// Begins behind the event with the number `after`, else where the channel begins by itself.
    pub(crate) fn new(client: &'a Client, channel: Channel, after: Option<u64>) -> Self {
        Self { client, channel, stream: None, last: after, patience: Patience::default() }
    }

    /// The next event and its number.
    pub(crate) async fn next(&mut self, ui: &mut Ui) -> Result<(u64, Event), Error> {
        loop {
            match self.read().await {
                Ok(Some(Sent::Event { number, event })) if self.is_new(number, &event) => {
                    self.last = Some(number);
                    return Ok((number, event));
                }
                Ok(Some(Sent::Event { .. })) => {}
                Ok(Some(Sent::Missed)) => {
                    if self.last.is_some_and(|last| last > 0) {
                        ui.warn("some events are no longer kept and are missing here");
                    }
                }
                Ok(None) => {
                    self.stream = None;
                    self.patience.rest().await;
                }
                Err(error) => {
                    self.stream = None;
                    self.patience.bear(error, ui).await?;
                }
            }
        }
    }

    async fn read(&mut self) -> Result<Option<Sent>, ClientError> {
        if self.stream.is_none() {
            self.stream = Some(self.client.events(&self.channel, self.last).await?);
            self.patience.restore();
        }
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => Ok(None),
        }
    }

    /// The end of a deployment is told to whoever asks, under the number of what was before if need be.
    fn is_new(&self, number: u64, event: &Event) -> bool {
        let is_end = matches!(event.what, Happening::DeploymentEnded { .. });
        is_end || self.last.is_none_or(|last| number > last)
    }
}
