//! One event as it goes over the wire, made once and shared by all readers.

use bytes::Bytes;
use std::fmt;

/// Where an event stands: the number of the internal event that it comes from, and which of several it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EventId {
    pub(super) number: u64,
    pub(super) part: u64,
}

/// An event that has no place in the stream yet.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) name: &'static str,
    /// JSON, one line.
    pub(super) light: String,
    /// `None` = the same.
    pub(super) heavy: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) id: EventId,
    pub(super) name: &'static str,
    light: Bytes,
    heavy: Bytes,
}

/// How much of a plan a reader gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Light,
    Heavy,
}

impl Frame {
    pub(super) fn new(id: EventId, event: &Written) -> Self {
        let light = on_the_wire(id, event.name, &event.light);
        let heavy = event.heavy.as_ref().map_or_else(|| light.clone(), |heavy| on_the_wire(id, event.name, heavy));
        Self { id, name: event.name, light, heavy }
    }

    pub(super) fn bytes(&self, form: Form) -> Bytes {
        match form {
            Form::Light => self.light.clone(),
            Form::Heavy => self.heavy.clone(),
        }
    }

    /// What it keeps in memory.
    pub(super) fn size(&self) -> usize {
        let twice = self.light.as_ptr() != self.heavy.as_ptr();
        size_of::<Self>() + self.light.len() + if twice { self.heavy.len() } else { 0 }
    }
}

/// Lines end as Marathon's do: marathon-lb looks for just that, and every other reader of event streams takes it.
fn on_the_wire(id: EventId, name: &str, data: &str) -> Bytes {
    Bytes::from(format!("id: {id}\r\nevent: {name}\r\ndata: {data}\r\n\r\n"))
}

/// A line that readers skip. No empty line follows it: some clients take that for the end of an empty event.
pub(super) fn comment(text: &str) -> Bytes {
    Bytes::from(format!(": {text}\r\n"))
}

impl EventId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, part) = text.trim().split_once('-')?;
        Some(Self { number: number.parse().ok()?, part: part.parse().ok()? })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, self.part)
    }
}
