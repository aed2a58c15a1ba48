//! Into tasks, over HTTP: what they print, commands in them, what they leave in their sandboxes; with all the real parts
//! but the engine.

mod exec;
mod files;

use super::*;

struct Looking {
    process: Process,
    engine: Fake,
    _data: TempDir,
}

/// A daemon with so many running instances of `/web`.
fn looking(instances: u32) -> Looking {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let process = Process::boot(data.path(), &engine).unwrap();
    let id = process.desire("c1", instances);
    process.wait("they run", succeeded(&id));
    Looking { process, engine, _data: data }
}

impl Looking {
    fn task(&self, number: usize) -> TaskId {
        tasks(&self.process.master().snapshot()).into_iter().nth(number).expect("so many run")
    }

    fn print(&self, number: usize, second: i64) {
        let at = jiff::Timestamp::from_second(second).ok();
        let line = OutputLine { source: Source::Stdout, at, line: second.to_string() };
        self.engine.print(&self.task(number), line);
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.process.daemon.ready().http.as_ref().unwrap())
    }

    fn soon<T>(&self, what: impl Future<Output = T>) -> T {
        self.process.runtime.block_on(async { tokio::time::timeout(PATIENCE, what).await.expect("in time") })
    }

    /// Status and body.
    fn get(&self, path: &str) -> (u16, String) {
        self.soon(async {
            let answer = reqwest::get(self.url(path)).await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    fn logged(&self, query: &str) -> Vec<String> {
        let (status, text) = self.get(&format!("/v1/logs?{query}"));
        assert_eq!(status, 200, "{text}");
        let lines = text.lines().map(|line| serde_json::from_str::<LogLine>(line).unwrap());
        lines.map(|line| line.line).collect()
    }
}

#[test]
fn logs_of_all_instances_are_one_in_the_order_of_time() {
    let looking = looking(2);
    for second in [10, 30, 50] {
        looking.print(0, second);
    }
    for second in [20, 40, 60] {
        looking.print(1, second);
    }
    assert_eq!(looking.logged("app=/web"), ["10", "20", "30", "40", "50", "60"]);
    assert_eq!(looking.logged("app=/web&tail=1"), ["50", "60"]);
    assert_eq!(looking.logged("app=/web&since=1970-01-01T00:00:40Z"), ["40", "50", "60"]);
    assert_eq!(looking.logged("app=/web&since=10m"), [""; 0]);
    let first = looking.task(0);
    assert_eq!(looking.logged(&format!("task={first}")), ["10", "30", "50"]);
    assert_eq!(looking.logged(&format!("app=/web&task={first}&since=1970-01-01T00:00:50Z")), ["50"]);
    let (_, line) = looking.get(&format!("/v1/logs?task={first}&tail=1"));
    assert!(line.contains(r#""at":"1970-01-01T00:00:50Z""#), "{line}");
}

#[test]
fn bad_wishes_for_a_log_are_told_why() {
    let looking = looking(1);
    let status = |query: &str| looking.get(&format!("/v1/logs?{query}")).0;
    assert_eq!(status("app=/web&since=yesterday"), 400);
    assert_eq!(status("follow=true"), 400);
    assert_eq!(status("task=web.instance-none"), 404);
    assert_eq!(status(&format!("app=/other&task={}", looking.task(0))), 404);
    looking.engine.engine_down("no socket");
    assert_eq!(status("app=/web"), 503);
}
