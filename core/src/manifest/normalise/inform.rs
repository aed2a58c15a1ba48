//! The check that only informs: one question, to a port or inside the container.

use super::Reader;
use super::network::Connection;
use crate::manifest::check_file::{ExecAsk, HttpAsk, ReadinessProtocol, TcpAsk};
use crate::manifest::{Finding, Place, Rule, TaskCheck};
use crate::model::{InformCheck, Probe};

impl Reader<'_> {
    pub(super) fn inform(&mut self, connection: Option<&Connection>) -> Option<InformCheck> {
        let check = self.file.check.as_ref()?;
        Some(InformCheck {
            probe: self.question(check, connection)?,
            interval_secs: check.interval_seconds.unwrap_or(60),
            timeout_secs: check.timeout_seconds.unwrap_or(20),
            delay_secs: check.delay_seconds.unwrap_or(15),
        })
    }

    fn question(&mut self, check: &TaskCheck, connection: Option<&Connection>) -> Option<Probe> {
        let place = || Place::field("check");
        match (&check.http, &check.tcp, &check.exec) {
            (Some(HttpAsk { port_index, port, path, scheme }), None, None) => {
                let port = self.probe_port(&|| place().then("http"), (*port, *port_index), connection)?;
                let path = path.clone().unwrap_or_else(|| "/".to_owned());
                Some(Probe::Http { path, port, tls: *scheme == Some(ReadinessProtocol::Https), ignore_1xx: false })
            }
            (None, Some(TcpAsk { port_index, port }), None) => {
                let port = self.probe_port(&|| place().then("tcp"), (*port, *port_index), connection)?;
                Some(Probe::Tcp { port })
            }
            (None, None, Some(exec)) => self.command_asked(exec),
            (None, None, None) => {
                let finding = Finding::new(Rule::TaskCheck, place(), "this check asks nothing");
                self.note(finding.hint("give it one of `http`, `tcp` and `exec`"));
                None
            }
            (_, _, _) => {
                let finding = Finding::new(Rule::TaskCheck, place(), "this check asks several things");
                self.note(finding.hint("keep one of `http`, `tcp` and `exec`"));
                None
            }
        }
    }

    fn command_asked(&mut self, exec: &ExecAsk) -> Option<Probe> {
        match (&exec.command.shell, &exec.command.argv) {
            (Some(shell), None) => Some(Probe::shell(shell)),
            (None, Some(argv)) => Some(Probe::Command { argv: argv.clone() }),
            (None, None) | (Some(_), Some(_)) => {
                let place = Place::field("check").then("exec").then("command");
                let finding = Finding::new(Rule::TaskCheck, place, "a command is either `shell` or `argv`");
                self.note(finding.hint("such as `{\"shell\": \"test -f /tmp/ready\"}`"));
                None
            }
        }
    }
}
