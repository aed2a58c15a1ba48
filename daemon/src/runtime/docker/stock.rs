//! What the engine has for tasks besides containers: images, and gpus. Listed when it answers, and again whenever it
//! tells that an image came or went.

use super::engine::{Engine, words};
use crate::runtime::{Notice, Stock};
use bollard::Docker as Client;
use bollard::errors::Error;
use bollard::models::ImageSummary;
use bollard::query_parameters::{EventsOptions, ListImagesOptions};
use futures_util::{Stream, StreamExt};
use ship_core::model::Image;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// A machine that has more keeps them from old times; every description of the agent carries them.
const IMAGES_MAX: usize = 500;

/// Images come and go in bursts: a prune tells of each.
const BURST: Duration = Duration::from_millis(300);

/// How the engine names the runtime that gives gpus to containers.
const GPU_RUNTIME: &str = "nvidia";

/// What an engine cannot tell, it does not have: tasks run without.
pub(super) async fn first(client: &Client, engine: &Engine) -> Stock {
    list(client, engine).await.unwrap_or_else(|err| {
        tracing::warn!(reason = words(&err), "the engine does not tell which images it has");
        Stock::default()
    })
}

async fn list(client: &Client, engine: &Engine) -> Result<Stock, Error> {
    let (images, info) = tokio::try_join!(client.list_images(None::<ListImagesOptions>), client.info())?;
    let gives_gpus = info.runtimes.unwrap_or_default().keys().any(|runtime| runtime.contains(GPU_RUNTIME));
    let gpus = if gives_gpus && engine.is_local() { gpus(Path::new("/dev")) } else { BTreeSet::new() };
    let count = u32::try_from(gpus.len()).unwrap_or(u32::MAX);
    engine.gpus().found(gpus);
    let folder = info.docker_root_dir.filter(|_| engine.is_local()).map(PathBuf::from);
    Ok(Stock { images: references(images), gpus: count, folder })
}

/// Tells of changes until the engine goes away, which others notice.
pub(super) async fn follow(client: Client, engine: Arc<Engine>, mut known: Stock, notices: mpsc::Sender<Notice>) {
    let mut events = pin!(events(&client));
    while let Some(Ok(())) = events.next().await {
        pass_over(&mut events).await;
        let Ok(stock) = list(&client, &engine).await else { return };
        if stock != known {
            known = stock.clone();
            if notices.send(Notice::Has(stock)).await.is_err() {
                return;
            }
        }
    }
}

/// Takes what comes for a moment: one list answers it all.
async fn pass_over(events: &mut (impl Stream<Item = Result<(), Error>> + Unpin)) {
    let mut over = pin!(tokio::time::sleep(BURST));
    loop {
        tokio::select! {
            () = &mut over => return,
            event = events.next() => if !matches!(event, Some(Ok(()))) { return },
        }
    }
}

fn events(client: &Client) -> impl Stream<Item = Result<(), Error>> + use<> {
    let filters = HashMap::from([("type".to_owned(), vec!["image".to_owned()])]);
    let since = Some(super::watch::since());
    let options = EventsOptions { since, until: None, filters: Some(filters) };
    client.events(Some(options)).map(|event| event.map(drop))
}

/// The newest, by every name they have.
fn references(mut images: Vec<ImageSummary>) -> BTreeSet<String> {
    images.sort_by_key(|image| (Reverse(image.created), image.id.clone()));
    let names = images.into_iter().flat_map(|image| image.repo_tags.into_iter().chain(image.repo_digests));
    let named = names.filter(|name| !name.contains("<none>"));
    named.map(|name| Image::reference(&name)).take(IMAGES_MAX).collect()
}

/// Devices as their driver makes them: `nvidia0`, `nvidia1`; others, such as `nvidiactl`, are no gpus.
fn gpus(dev: &Path) -> BTreeSet<u32> {
    let names = std::fs::read_dir(dev).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let number = |name: &str| {
        let digits = name.strip_prefix("nvidia").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok()
    };
    names.filter_map(|name| number(name.to_str()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str, created: i64) -> ImageSummary {
        let id = format!("sha256:{name}");
        ImageSummary { id, created, repo_tags: vec![name.to_owned()], ..ImageSummary::default() }
    }

    #[test]
    fn images_have_the_names_that_apps_ask_for() {
        let mut digest = image("docker.io/library/nginx:1", 1);
        digest.repo_digests = vec!["nginx@sha256:0".to_owned(), "<none>@<none>".to_owned()];
        let names = references(vec![digest, image("<none>:<none>", 2), image("shop/web:2", 3)]);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["nginx:1", "nginx@sha256:0", "shop/web:2"]);
    }

    #[test]
    fn of_too_many_images_the_newest_are_told() {
        let images = (0..1000).map(|n| image(&format!("app:{n}"), n)).collect();
        let names = references(images);
        assert_eq!(names.len(), IMAGES_MAX);
        assert!(names.contains("app:999") && names.contains("app:500") && !names.contains("app:499"));
    }

    #[test]
    fn gpus_are_counted_by_their_device_files() {
        let dev = tempfile::tempdir().expect("a folder");
        for name in ["nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm", "null"] {
            std::fs::write(dev.path().join(name), "").expect("written");
        }
        assert_eq!(gpus(dev.path()), BTreeSet::from([0, 1, 10]));
        assert_eq!(gpus(&dev.path().join("none")), BTreeSet::new());
    }
}
