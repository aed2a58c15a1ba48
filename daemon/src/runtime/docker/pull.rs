//! Fetches an image, and tells how far it is.

use crate::runtime::{Fetched, Progress};
use bollard::Docker as Client;
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::TryStreamExt;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// Far below any deadline, far above what the engine tells by itself.
const BETWEEN: Duration = Duration::from_secs(1);

pub(super) async fn image(client: &Client, image: &str, progress: Progress) -> Result<(), Error> {
    let options = CreateImageOptions { from_image: Some(with_tag(image)), ..CreateImageOptions::default() };
    let mut layers = Layers::default();
    let mut told = (Fetched::default(), Instant::now());
    let mut steps = client.create_image(Some(options), None, None);
    while let Some(step) = steps.try_next().await? {
        layers.note(step);
        let fetched = layers.fetched();
        if is_news(fetched, told.0, told.1.elapsed()) {
            told = (fetched, Instant::now());
            progress(fetched);
        }
    }
    Ok(())
}

/// Another percent is news at once. On a slow line the bytes between two percents are, too, but not all of them.
fn is_news(fetched: Fetched, told: Fetched, since: Duration) -> bool {
    (fetched.percent.is_some() && fetched.percent != told.percent) || (fetched.bytes > told.bytes && since >= BETWEEN)
}

/// Without a tag the engine would fetch every tag there is.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.contains([':', '@']) {
        true => image.to_owned(),
        false => format!("{image}:latest"),
    }
}

/// What the engine told of the layers of an image.
#[derive(Default)]
struct Layers(HashMap<String, Layer>);

/// Bytes.
#[derive(Default)]
struct Layer {
    fetched: i64,
    total: i64,
    /// Unpacking a large layer takes long after its last byte came.
    unpacked: i64,
}

impl Layers {
    fn note(&mut self, step: CreateImageInfo) {
        let (Some(id), Some(status)) = (step.id, step.status) else { return };
        let layer = self.0.entry(id).or_default();
        let detail = step.progress_detail.and_then(|detail| Some((detail.current?, detail.total?)));
        match (status.as_str(), detail) {
            ("Downloading", Some((current, total))) => (layer.fetched, layer.total) = (current, total),
            ("Extracting", Some((current, _))) => layer.unpacked = current,
            ("Download complete", _) => layer.fetched = layer.total,
            ("Pull complete", _) => (layer.fetched, layer.unpacked) = (layer.total, layer.total),
            _ => {}
        }
    }

    fn fetched(&self) -> Fetched {
        let sum = |part: fn(&Layer) -> i64| self.0.values().map(part).fold(0, i64::saturating_add);
        let (fetched, total) = (sum(|layer| layer.fetched), sum(|layer| layer.total));
        let percent = fetched.saturating_mul(100).checked_div(total).map(|percent| percent.clamp(0, 100));
        let bytes = fetched.saturating_add(sum(|layer| layer.unpacked));
        Fetched {
            percent: percent.and_then(|percent| u8::try_from(percent).ok()),
            bytes: u64::try_from(bytes).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    fn step(id: &str, status: &str, detail: Option<(i64, i64)>) -> CreateImageInfo {
        let detail = detail.map(|(current, total)| ProgressDetail { current: Some(current), total: Some(total) });
        CreateImageInfo {
            id: Some(id.to_owned()),
            status: Some(status.to_owned()),
            progress_detail: detail,
            ..CreateImageInfo::default()
        }
    }

    fn fetched(percent: Option<u8>, bytes: u64) -> Fetched {
        Fetched { percent, bytes }
    }

    #[test]
    fn percent_counts_bytes_over_all_layers_and_unpacking_counts_on_top() {
        let mut layers = Layers::default();
        assert_eq!(layers.fetched(), fetched(None, 0));
        layers.note(step("a", "Downloading", Some((10, 100))));
        layers.note(step("b", "Downloading", Some((90, 300))));
        assert_eq!(layers.fetched(), fetched(Some(25), 100));
        layers.note(step("b", "Download complete", None));
        layers.note(step("b", "Extracting", Some((150, 300))));
        assert_eq!(layers.fetched(), fetched(Some(77), 460));
        layers.note(step("a", "Pull complete", None));
        layers.note(step("b", "Pull complete", None));
        assert_eq!(layers.fetched(), fetched(Some(100), 800));
    }

    #[test]
    fn bytes_between_two_percents_are_news_now_and_then() {
        let told = fetched(Some(1), 1000);
        assert!(is_news(fetched(Some(2), 1001), told, Duration::ZERO));
        assert!(!is_news(fetched(Some(1), 1001), told, Duration::ZERO));
        assert!(is_news(fetched(Some(1), 1001), told, BETWEEN));
        assert!(!is_news(told, told, BETWEEN), "a pull that stands still is none");
    }

    #[test]
    fn a_name_without_a_tag_means_the_latest() {
        assert_eq!(with_tag("busybox"), "busybox:latest");
        assert_eq!(with_tag("host:5000/a/busybox"), "host:5000/a/busybox:latest");
        assert_eq!(with_tag("busybox:1.36"), "busybox:1.36");
        assert_eq!(with_tag("busybox@sha256:00"), "busybox@sha256:00");
    }
}
