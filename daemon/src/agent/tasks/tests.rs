//! The machine, one fact a test. No clock, no engine.

use super::*;
use crate::agent::tests::task;
use crate::runtime::{End, Fetched, Found, FoundState, LastWords, Notice, RuntimeError, Started};
use ship_core::model::{
    CheckResult, Checks, Companion, HealthCheck, Image, PodTask, Probe, ProbePort, Resources, TaskSpec,
};

const NOW: Duration = Duration::ZERO;

fn id(name: &str) -> TaskId {
    TaskId::new(name)
}

fn up(found: Vec<Found>) -> Notice {
    Notice::Up { version: "1".to_owned(), found }
}

fn down() -> Notice {
    Notice::Down { reason: "gone fishing".to_owned() }
}

fn found(name: &str, state: FoundState) -> Found {
    Found { spec: task(name), state }
}

fn ended(code: i64) -> End {
    End { code, container: None }
}

fn running() -> FoundState {
    FoundState::Running { address: None, age: Duration::ZERO }
}

fn ready() -> Tasks {
    let mut tasks = Tasks::new(4);
    tasks.notice(up(Vec::new()), NOW);
    tasks
}

fn with_running(name: &str) -> Tasks {
    let mut tasks = ready();
    tasks.launch(task(name));
    tasks.started(&id(name), Ok(Started::default()), NOW);
    tasks
}

fn statuses(effects: &[Effect]) -> Vec<TaskStatus> {
    let status = |effect: &Effect| match effect {
        Effect::Report(report) => Some(report.status.clone()),
        _ => None,
    };
    effects.iter().filter_map(status).collect()
}

fn starts(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Start(_))).count()
}

fn has(effects: &[Effect], wanted: &Effect) -> bool {
    effects.contains(wanted)
}

#[test]
fn a_launch_starts_reports_and_is_idempotent() {
    let mut tasks = ready();
    assert_eq!(starts(&tasks.launch(task("a"))), 1);
    assert_eq!(statuses(&tasks.launch(task("a"))), [TaskStatus::Starting]);
    let effects = tasks.started(&id("a"), Ok(Started::default()), NOW);
    assert_eq!(statuses(&effects), [TaskStatus::Running { address: None }]);
    assert_eq!(starts(&tasks.launch(task("a"))), 0);
}

#[test]
fn starts_beyond_the_lanes_wait_for_a_free_one() {
    let mut tasks = ready();
    let begun: usize = (0..12).map(|n| starts(&tasks.launch(task(&format!("t{n:02}"))))).sum();
    assert_eq!(begun, 8, "two lanes a core");
    let effects = tasks.started(&id("t00"), Ok(Started::default()), NOW);
    assert_eq!(starts(&effects), 1);
}

#[test]
fn one_pull_serves_all_tasks_of_an_image_and_frees_their_lanes() {
    let mut tasks = ready();
    for name in ["a", "b"] {
        tasks.launch(task(name));
    }
    let first = tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    assert!(has(&first, &Effect::Pull("busybox".to_owned())));
    let second = tasks.started(&id("b"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    assert!(!has(&second, &Effect::Pull("busybox".to_owned())));
    assert_eq!(tasks.starting, 0);

    let half = tasks.pull_progress("busybox", Fetched { percent: Some(50), bytes: 7 });
    assert_eq!(statuses(&half), vec![TaskStatus::Pulling { percent: Some(50), bytes: Some(7) }; 2]);
    assert_eq!(starts(&tasks.pulled("busybox", &Ok(()))), 2);
}

#[test]
fn an_image_that_cannot_be_pulled_is_refused_in_the_engines_words() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    let no = RuntimeError::Refused("pull access denied".to_owned());
    let refused = TaskStatus::Refused { reason: "pull access denied".to_owned() };
    assert_eq!(statuses(&tasks.pulled("busybox", &Err(no))), [refused]);
}

#[test]
fn an_image_missing_after_its_pull_is_not_pulled_for_ever() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    tasks.pulled("busybox", &Ok(()));
    let effects = tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    assert!(matches!(statuses(&effects)[..], [TaskStatus::Refused { .. }]));
}

#[test]
fn a_forced_pull_comes_before_the_start() {
    let mut tasks = ready();
    let mut spec = task("a");
    spec.image.force_pull = true;
    let effects = tasks.launch(spec);
    assert!(has(&effects, &Effect::Pull("busybox".to_owned())));
    assert_eq!(starts(&effects), 0);
    assert_eq!(starts(&tasks.pulled("busybox", &Ok(()))), 1);
}

#[test]
fn killing_the_last_task_that_waits_for_an_image_cancels_its_pull() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    let effects = tasks.kill(&id("a"), None);
    assert_eq!(statuses(&effects), [TaskStatus::Gone]);
    assert!(has(&effects, &Effect::CancelPull("busybox".to_owned())));
}

#[test]
fn a_kill_stops_with_the_grace_asked_for_and_the_exit_ends_the_task() {
    let mut tasks = with_running("a");
    let effects = tasks.kill(&id("a"), Some(7));
    assert_eq!(effects, [Effect::Stop { task: id("a"), grace: Duration::from_secs(7) }]);
    assert_eq!(tasks.stopped(&id("a"), &Ok(())), []);
    let effects = tasks.exited(&id("a"), ended(143));
    assert_eq!(
        statuses(&effects),
        [TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None }]
    );
    assert!(has(&effects, &Effect::Remove(id("a"))));
}

#[test]
fn a_kill_during_the_start_is_carried_out_after_it() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    assert_eq!(tasks.kill(&id("a"), None), []);
    let effects = tasks.started(&id("a"), Ok(Started::default()), NOW);
    assert!(has(&effects, &Effect::Stop { task: id("a"), grace: DEFAULT_GRACE }));
}

#[test]
fn what_is_not_here_is_gone() {
    assert_eq!(statuses(&ready().kill(&id("a"), None)), [TaskStatus::Gone]);
}

#[test]
fn an_exit_is_reported_with_its_last_words_then_removed_and_kept_until_noted() {
    let mut tasks = with_running("a");
    assert_eq!(tasks.exited(&id("a"), ended(3)), [Effect::Bury { task: id("a"), end: ended(3), grace: None }]);
    let words = LastWords { out_of_memory: true, log_tail: vec!["no".to_owned()] };
    let effects = tasks.buried(&id("a"), ended(3), words);
    let exited = TaskStatus::Exited { code: 3, out_of_memory: true, log_tail: vec!["no".to_owned()], container: None };
    assert_eq!(statuses(&effects), [exited]);
    assert!(has(&effects, &Effect::Remove(id("a"))));
    assert_eq!(tasks.reports().len(), 1, "a master that missed it hears it again");
    tasks.forget(&id("a"));
    assert_eq!(tasks.reports(), []);
}

#[test]
fn an_exit_that_overtakes_the_answer_to_its_start_counts() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    assert_eq!(tasks.exited(&id("a"), ended(0)), [Effect::Bury { task: id("a"), end: ended(0), grace: None }]);
    assert_eq!(tasks.started(&id("a"), Ok(Started::default()), NOW), []);
    assert_eq!(tasks.starting, 0);
}

#[test]
fn containers_of_an_earlier_life_are_adopted_reported_or_removed() {
    let mut tasks = Tasks::new(4);
    let exited = FoundState::Exited(ended(5));
    let all = vec![found("made", FoundState::Created), found("runs", running()), found("over", exited)];
    let effects = tasks.notice(up(all), NOW);
    assert!(has(&effects, &Effect::Remove(id("made"))));
    assert!(has(&effects, &Effect::Bury { task: id("over"), end: ended(5), grace: None }));
    assert_eq!(statuses(&effects), [TaskStatus::Running { address: None }]);
    assert_eq!(tasks.standing(&id("runs")), Standing::Running);
    assert_eq!(tasks.standing(&id("made")), Standing::Unknown);
}

#[test]
fn tasks_are_unknown_while_the_engine_is_away_and_squared_when_it_returns() {
    let mut tasks = with_running("stays");
    for name in ["dies", "vanishes"] {
        tasks.launch(task(name));
        tasks.started(&id(name), Ok(Started::default()), NOW);
    }
    let effects = tasks.notice(down(), NOW);
    assert_eq!(effects, [Effect::Describe(EngineState::Down { reason: "gone fishing".to_owned() })]);
    assert_eq!(tasks.reports().len(), 3, "nothing is lost");

    let effects = tasks.notice(up(vec![found("stays", running()), found("dies", FoundState::Exited(ended(1)))]), NOW);
    assert!(has(&effects, &Effect::Bury { task: id("dies"), end: ended(1), grace: None }));
    assert_eq!(statuses(&effects), [TaskStatus::Gone], "only what vanished is gone");
}

#[test]
fn what_starts_while_the_list_is_on_its_way_is_not_taken_for_gone() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    tasks.notice(down(), NOW);
    tasks.started(&id("a"), Ok(Started::default()), NOW);
    assert_eq!(statuses(&tasks.notice(up(Vec::new()), NOW)), []);
}

#[test]
fn orders_wait_for_the_engine() {
    let mut tasks = with_running("old");
    tasks.notice(down(), NOW);
    assert_eq!(tasks.launch(task("new")), []);
    assert_eq!(tasks.kill(&id("old"), Some(1)), []);
    let effects = tasks.notice(up(vec![found("old", running())]), NOW);
    assert!(has(&effects, &Effect::Stop { task: id("old"), grace: Duration::from_secs(1) }));
    assert_eq!(starts(&effects), 1);
}

#[test]
fn a_start_that_the_engine_did_not_answer_is_tried_again_when_it_does() {
    let mut tasks = ready();
    tasks.launch(task("a"));
    let effects = tasks.started(&id("a"), Err(RuntimeError::Unavailable("cut".to_owned())), NOW);
    assert_eq!(effects, []);
    assert_eq!(starts(&tasks.notice(up(Vec::new()), NOW)), 1);
}

#[test]
fn a_verdict_is_reported_and_repeated_after_a_hello() {
    let mut tasks = with_running("a");
    let verdict = Verdict { healthy: false, cause: Some("HTTP 500".to_owned()) };
    let health = TaskStatus::Health { healthy: false, cause: Some("HTTP 500".to_owned()) };
    assert_eq!(statuses(&tasks.found(&id("a"), 0, Finding::Health(verdict))), [health]);
    assert_eq!(tasks.reports()[0].status, TaskStatus::Running { address: None });
    assert_eq!(tasks.findings().len(), 1);
}

#[test]
fn being_ready_is_told_once_and_again_after_a_hello() {
    let mut tasks = with_running("a");
    assert_eq!(statuses(&tasks.found(&id("a"), 0, Finding::Ready)), [TaskStatus::Ready]);
    assert_eq!(tasks.found(&id("a"), 0, Finding::Ready), []);
    let result = CheckResult::Tcp { succeeded: true };
    let told = TaskStatus::Checked { result: result.clone() };
    assert_eq!(statuses(&tasks.found(&id("a"), 0, Finding::Inform(result))), std::slice::from_ref(&told));
    let again: Vec<TaskStatus> = tasks.findings().into_iter().map(|report| report.status).collect();
    assert_eq!(again, [TaskStatus::Ready, told]);
}

#[test]
fn changed_checks_replace_the_prober_and_equal_ones_do_not() {
    let mut tasks = with_running("a");
    let check = tcp_check();
    let begun = tasks.recheck(&id("a"), checks(vec![check.clone()]), NOW);
    assert!(matches!(begun.as_slice(), [Effect::Probe(probing)] if probing.spec.checks.health == [check.clone()]));
    assert_eq!(tasks.recheck(&id("a"), checks(vec![check]), NOW), []);
    assert_eq!(tasks.recheck(&id("a"), Checks::default(), NOW), [Effect::Unprobe(id("a"))]);
}

fn checks(health: Vec<HealthCheck>) -> Checks {
    Checks { health, ..Checks::default() }
}

fn tcp_check() -> HealthCheck {
    HealthCheck {
        probe: Probe::Tcp { port: ProbePort::Number(80) },
        grace_period_secs: 300,
        interval_secs: 60,
        timeout_secs: 20,
        max_consecutive_failures: 3,
        delay_secs: 15,
        container: None,
    }
}

/// The one probing that begins.
fn probing(effects: &[Effect]) -> &Probing {
    let mut begun = effects.iter().filter_map(|effect| match effect {
        Effect::Probe(probing) => Some(probing),
        _ => None,
    });
    begun.next().expect("its checks begin")
}

#[test]
fn a_task_is_as_old_as_its_process_whatever_happens_to_its_checks() {
    let (began, later) = (Duration::from_secs(100), Duration::from_secs(140));
    let mut tasks = ready();
    let spec = TaskSpec { checks: checks(vec![tcp_check()]), ..task("a") };
    tasks.launch(spec.clone());
    assert_eq!(probing(&tasks.started(&id("a"), Ok(Started::default()), began)).age, Duration::ZERO);
    let changed = HealthCheck { interval_secs: 1, ..tcp_check() };
    assert_eq!(probing(&tasks.recheck(&id("a"), checks(vec![changed]), later)).age, Duration::from_secs(40));

    let mut successor = Tasks::new(4);
    let state = FoundState::Running { address: None, age: Duration::from_secs(50) };
    let effects = successor.notice(up(vec![Found { spec, state }]), began);
    assert_eq!(probing(&effects).age, Duration::from_secs(50));
    let none = successor.recheck(&id("a"), Checks::default(), later);
    assert_eq!(none, [Effect::Unprobe(id("a"))]);
    let again = successor.recheck(&id("a"), checks(vec![tcp_check()]), later);
    assert_eq!(probing(&again).age, Duration::from_secs(90));
}

#[test]
fn what_checks_found_that_no_longer_hold_is_no_news() {
    let mut tasks = with_running("a");
    let old = probing(&tasks.recheck(&id("a"), checks(vec![tcp_check()]), NOW)).generation;
    let changed = HealthCheck { interval_secs: 1, ..tcp_check() };
    let new = probing(&tasks.recheck(&id("a"), checks(vec![changed]), NOW)).generation;
    let dead = Finding::Health(Verdict { healthy: false, cause: None });
    for late in [dead.clone(), Finding::Ready, Finding::Inform(CheckResult::Tcp { succeeded: false })] {
        assert_eq!(tasks.found(&id("a"), old, late), []);
    }
    assert_eq!(tasks.findings(), []);
    assert_eq!(statuses(&tasks.found(&id("a"), new, dead)), [TaskStatus::Health { healthy: false, cause: None }]);
}

#[test]
fn of_several_kills_the_least_patient_holds() {
    let stop = |secs| Effect::Stop { task: id("a"), grace: Duration::from_secs(secs) };
    let mut tasks = with_running("a");
    assert_eq!(tasks.kill(&id("a"), Some(60)), [stop(60)]);
    assert_eq!(tasks.kill(&id("a"), Some(90)), [], "the first is under way");
    assert_eq!(tasks.kill(&id("a"), Some(0)), [stop(0)]);
    assert_eq!(tasks.kill(&id("a"), None), []);
    tasks.stopped(&id("a"), &Err(RuntimeError::Unavailable("cut".to_owned())));
    assert_eq!(tasks.kill(&id("a"), Some(60)), [stop(0)]);
}

/// A first container and the companion `side`, of the image `side:1`.
fn pod(name: &str) -> TaskSpec {
    let spec = task(name);
    let companion = Companion {
        name: "side".to_owned(),
        image: Image { name: "side:1".to_owned(), force_pull: false },
        command: spec.command.clone(),
        env: BTreeMap::new(),
        user: None,
        resources: Resources::default(),
        volumes: Vec::new(),
        mounts: Vec::new(),
        tty: false,
    };
    let container = "main".to_owned();
    let pod = PodTask { container, resources: Resources::default(), companions: vec![companion], volumes: Vec::new() };
    TaskSpec { pod: Some(pod), ..spec }
}

fn side(code: i64) -> End {
    End { code, container: Some("side".to_owned()) }
}

#[test]
fn each_image_of_a_pod_is_pulled_if_it_is_missing() {
    let mut tasks = ready();
    tasks.launch(pod("a"));
    for image in ["busybox", "side:1"] {
        let lacks = Err(RuntimeError::NoImage(image.to_owned()));
        assert!(has(&tasks.started(&id("a"), lacks, NOW), &Effect::Pull(image.to_owned())));
        assert_eq!(starts(&tasks.pulled(image, &Ok(()))), 1);
    }
    let again = tasks.started(&id("a"), Err(RuntimeError::NoImage("busybox".to_owned())), NOW);
    assert!(matches!(statuses(&again)[..], [TaskStatus::Refused { .. }]));
}

#[test]
fn forced_images_of_a_pod_come_before_the_start() {
    let mut tasks = ready();
    let mut spec = pod("a");
    spec.image.force_pull = true;
    spec.pod.as_mut().expect("a pod").companions[0].image.force_pull = true;
    assert!(has(&tasks.launch(spec), &Effect::Pull("busybox".to_owned())));
    let next = tasks.pulled("busybox", &Ok(()));
    assert!(has(&next, &Effect::Pull("side:1".to_owned())) && starts(&next) == 0);
    assert_eq!(starts(&tasks.pulled("side:1", &Ok(()))), 1);
}

#[test]
fn a_pod_ends_with_the_first_of_its_containers_once_the_others_are_stopped() {
    let mut tasks = ready();
    tasks.launch(pod("a"));
    tasks.started(&id("a"), Ok(Started::default()), NOW);
    let bury = Effect::Bury { task: id("a"), end: side(3), grace: Some(DEFAULT_GRACE) };
    assert_eq!(tasks.exited(&id("a"), side(3)), [bury]);
    assert_eq!(tasks.exited(&id("a"), ended(143)), [], "the others are told of once");
    let effects = tasks.buried(&id("a"), side(3), LastWords::default());
    let container = Some("side".to_owned());
    let exited = TaskStatus::Exited { code: 3, out_of_memory: false, log_tail: Vec::new(), container };
    assert_eq!(statuses(&effects), [exited]);
    assert!(has(&effects, &Effect::Remove(id("a"))));
}

#[test]
fn a_pod_that_is_told_to_go_is_gone_when_its_last_container_is() {
    let mut tasks = ready();
    tasks.launch(pod("a"));
    tasks.started(&id("a"), Ok(Started::default()), NOW);
    tasks.kill(&id("a"), Some(9));
    let grace = Some(Duration::from_secs(9));
    assert_eq!(tasks.exited(&id("a"), side(143)), [Effect::Bury { task: id("a"), end: side(143), grace }]);
}

#[test]
fn a_pod_of_which_the_engine_lost_a_container_is_gone() {
    let mut tasks = ready();
    tasks.launch(pod("a"));
    tasks.started(&id("a"), Ok(Started::default()), NOW);
    let part = || vec![Found { spec: pod("a"), state: FoundState::Created }];
    assert_eq!(statuses(&tasks.notice(up(part()), NOW)), [], "an old list says nothing");
    tasks.notice(down(), NOW);
    let effects = tasks.notice(up(part()), NOW);
    assert_eq!(statuses(&effects), [TaskStatus::Gone]);
    assert!(has(&effects, &Effect::Remove(id("a"))));
}
