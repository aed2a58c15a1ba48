//! Fetches an image, and tells how far it is.

use crate::runtime::Progress;
use bollard::Docker as Client;
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::TryStreamExt;
use std::collections::HashMap;

pub(super) async fn image(client: &Client, image: &str, progress: Progress) -> Result<(), Error> {
    let options = CreateImageOptions { from_image: Some(with_tag(image)), ..CreateImageOptions::default() };
    let mut layers = Layers::default();
    let mut last = None;
    let mut steps = client.create_image(Some(options), None, None);
    while let Some(step) = steps.try_next().await? {
        layers.note(step);
        let percent = layers.percent();
        if let Some(percent) = percent.filter(|_| percent != last) {
            progress(percent);
        }
        last = percent;
    }
    Ok(())
}

/// Without a tag the engine would fetch every tag there is.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.contains([':', '@']) {
        true => image.to_owned(),
        false => format!("{image}:latest"),
    }
}

/// Bytes there, and bytes in all, of each layer of an image.
#[derive(Default)]
struct Layers(HashMap<String, (i64, i64)>);

impl Layers {
    fn note(&mut self, step: CreateImageInfo) {
        let (Some(id), Some(status)) = (step.id, step.status) else { return };
        let detail = step.progress_detail.and_then(|detail| Some((detail.current?, detail.total?)));
        match (status.as_str(), detail) {
            ("Downloading", Some(bytes)) => {
                self.0.insert(id, bytes);
            }
            ("Download complete" | "Pull complete", _) => {
                if let Some((current, total)) = self.0.get_mut(&id) {
                    *current = *total;
                }
            }
            _ => {}
        }
    }

    fn percent(&self) -> Option<u8> {
        let (current, total) = self.0.values().fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1));
        u8::try_from((current.saturating_mul(100)).checked_div(total)?.clamp(0, 100)).ok()
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

    #[test]
    fn percent_counts_bytes_over_all_layers() {
        let mut layers = Layers::default();
        assert_eq!(layers.percent(), None);
        layers.note(step("a", "Downloading", Some((10, 100))));
        layers.note(step("b", "Downloading", Some((90, 300))));
        assert_eq!(layers.percent(), Some(25));
        layers.note(step("b", "Download complete", None));
        layers.note(step("a", "Pull complete", None));
        assert_eq!(layers.percent(), Some(100));
    }

    #[test]
    fn a_name_without_a_tag_means_the_latest() {
        assert_eq!(with_tag("busybox"), "busybox:latest");
        assert_eq!(with_tag("host:5000/a/busybox"), "host:5000/a/busybox:latest");
        assert_eq!(with_tag("busybox:1.36"), "busybox:1.36");
        assert_eq!(with_tag("busybox@sha256:00"), "busybox@sha256:00");
    }
}
