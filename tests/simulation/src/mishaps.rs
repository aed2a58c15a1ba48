//! Chance at work: which fault comes next, and to whom.

use crate::agenda::Event;
use crate::faults::Fault;
use crate::master::Doom;
use crate::world::World;
use ship_core::model::TaskId;

const WEIGHTS: [(u64, Fault); 13] = [
    (4, Fault::Delay),
    (10, Fault::Cut),
    (8, Fault::Partition),
    (4, Fault::CrashBeforeCommit),
    (4, Fault::CrashAfterCommit),
    (4, Fault::CrashMidway),
    (5, Fault::AgentRestart),
    (3, Fault::Reboot),
    (5, Fault::EngineDown),
    (3, Fault::SlowEngine),
    (12, Fault::Death),
    (14, Fault::Flap),
    (4, Fault::Duplicate),
];

impl World {
    pub(crate) fn mishap(&mut self) {
        if self.calm {
            return;
        }
        let pause = self.dice.millis(300, 9_000);
        self.agenda.after(pause, Event::Mishap);
        let fault = self.dice.weighted(&WEIGHTS);
        let agent = self.dice.below(self.agents.len());
        let (now, name) = (self.now(), self.agents[agent].name());
        self.trace.say(now, "fault", || format!("{} ({name})", fault.name()));
        match fault {
            Fault::CrashBeforeCommit => self.master.doom = Some(Doom::BeforeCommit),
            Fault::CrashAfterCommit => self.master.doom = Some(Doom::AfterCommit),
            Fault::CrashMidway => self.master.doom = Some(Doom::Midway),
            Fault::Death | Fault::Flap => self.strike_container(agent, fault),
            Fault::Cut | Fault::Partition | Fault::Delay | Fault::Duplicate => {
                self.score.faults.count(fault);
                self.strike_link(agent, fault);
            }
            Fault::AgentRestart | Fault::Reboot | Fault::EngineDown | Fault::SlowEngine => {
                self.score.faults.count(fault);
                self.strike_machine(agent, fault);
            }
            Fault::Drop
            | Fault::Reorder
            | Fault::PullFailure
            | Fault::SlowPull
            | Fault::CrashLoop
            | Fault::SlowStart
            | Fault::NeverHealthy
            | Fault::NeverReady
            | Fault::RevertRefused => {}
        }
    }

    fn strike_link(&mut self, agent: usize, fault: Fault) {
        match fault {
            Fault::Delay => self.agents[agent].wire.slowness = self.dice.between(0, 2_500),
            Fault::Partition => {
                self.agents[agent].wire.partitioned = true;
                let pause = self.dice.millis(500, 45_000);
                self.agenda.after(pause, Event::Heal { agent });
                self.cut(agent);
            }
            Fault::Duplicate => self.redial(agent),
            _ => self.cut(agent),
        }
    }

    fn strike_machine(&mut self, agent: usize, fault: Fault) {
        match fault {
            Fault::SlowEngine => self.agents[agent].slowness = self.dice.between(0, 6_000),
            Fault::EngineDown => {
                let containers_die = self.dice.chance(30);
                self.stop_engine(agent, containers_die);
            }
            Fault::Reboot => self.reboot(agent),
            _ => self.stop_agent(agent),
        }
    }

    fn strike_container(&mut self, agent: usize, fault: Fault) {
        let running: Vec<TaskId> = self.agents[agent].running().map(|(id, _)| id.clone()).collect();
        let Some(task) = self.dice.pick_any(&running) else { return };
        self.score.faults.count(fault);
        match fault {
            Fault::Death => self.container_ends(agent, &task, 137),
            _ => {
                let well = self.dice.chance(50);
                self.turn_health(agent, &task, well);
            }
        }
    }
}
