//! A real browser that tests drive as people do: Chromium without a window, through `WebDriver`.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The program that drives Chromium; Debian's package is `chromium-driver`.
const DRIVER: &str = "chromedriver";
/// How long the driver may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long an element may take to appear, and a condition to come true.
const APPEARANCE: Duration = Duration::from_secs(10);
/// How many browsers run at once: each takes a core.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Width of the window, in CSS pixels.
    pub width: u32,
    /// Height of the window, in CSS pixels.
    pub height: u32,
    /// Whether the user prefers dark pages.
    pub dark: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 1000, dark: false }
    }
}

/// A browser with one window. It ends with this value.
#[derive(Debug)]
pub struct Browser {
    /// What drives the window.
    pub client: Client,
    _driver: Child,
    _permit: SemaphorePermit<'static>,
}

/// Why no browser can be had on this machine; `None` if one can.
pub fn missing() -> Option<String> {
    let found = std::process::Command::new(DRIVER).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match found {
        Ok(status) if status.success() => None,
        _ => Some(format!("there is no `{DRIVER}`; Debian's packages are chromium and chromium-driver")),
    }
}

impl Browser {
    /// Opens a browser. While two others are open, it waits.
    ///
    /// # Errors
    /// Driver or browser do not start.
    pub async fn open(look: Look) -> Result<Self> {
        let permit = PERMITS.acquire().await?;
        let (driver, port) = start_driver().await?;
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities(look))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("Chromium does not start")?;
        Ok(Self { client, _driver: driver, _permit: permit })
    }

    /// Goes to an address, and returns when the document has loaded.
    ///
    /// # Errors
    /// The browser does not get there.
    pub async fn visit(&self, address: &str) -> Result<()> {
        Ok(self.client.goto(address).await?)
    }

    /// Runs the body of a function in the page, and returns its result.
    ///
    /// # Errors
    /// The function throws.
    pub async fn run(&self, body: &str) -> Result<Value> {
        Ok(self.client.execute(body, Vec::new()).await?)
    }

    /// Runs the body of a function in the page until its result is true, or anything but false, null or nothing; and returns that.
    ///
    /// # Errors
    /// The function throws, or its result does not come true in ten seconds.
    pub async fn until(&self, body: &str) -> Result<Value> {
        let patience = APPEARANCE.as_millis();
        // The page itself waits, a frame at a time.
        let wait = format!(
            "const [done] = arguments, end = performance.now() + {patience}, look = () => {{ {body} }};
             const step = () => {{
               let seen; try {{ seen = look(); }} catch (error) {{ return done({{error: String(error)}}); }}
               if (seen) return done({{seen}});
               if (performance.now() > end) return done({{error: 'it did not come true in 10 s', text: document.body.innerText.slice(0, 4000)}});
               setTimeout(step, 20);
             }}; step();"
        );
        let result = self.client.execute_async(&wait, Vec::new()).await?;
        match result.get("seen") {
            Some(seen) => Ok(seen.clone()),
            None => bail!("{body}: {result:#}"),
        }
    }

    /// A picture of the window, as PNG.
    ///
    /// # Errors
    /// The browser makes none.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// It does not close.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

/// Starts a driver on any free port.
async fn start_driver() -> Result<(Child, u16)> {
    let mut driver = Command::new(DRIVER)
        .args(["--port=0", "--allowed-ips=127.0.0.1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {DRIVER}"))?;
    let mut lines = BufReader::new(driver.stdout.take().context("its output was just made a pipe")?).lines();
    let port = tokio::time::timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await? {
            if let Some(port) =
                line.split_once("started successfully on port ").and_then(|(_, port)| port.trim_end_matches('.').parse().ok())
            {
                return Ok(port);
            }
        }
        bail!("{DRIVER} ended before it listened")
    });
    let port = port.await.with_context(|| format!("{DRIVER} does not listen"))??;
    // What else it says must not fill the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((driver, port))
}

fn capabilities(look: Look) -> Map<String, Value> {
    let Look { width, height, dark } = look;
    let size = format!("--window-size={width},{height}");
    let scheme = format!("--blink-settings=preferredColorScheme={}", u8::from(!dark));
    // Without a sandbox: in containers there is none, and the pages are ours.
    let fixed = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
    let same =
        ["--force-device-scale-factor=1", "--force-prefers-reduced-motion", "--lang=en-US", "--font-render-hinting=none"];
    let arguments: Vec<&str> = fixed.into_iter().chain(same).chain([size.as_str(), scheme.as_str()]).collect();
    // What is looked for may be about to come: a page learns of a change a moment after its server.
    let timeouts = json!({"implicit": APPEARANCE.as_millis()});
    let capabilities = json!({"goog:chromeOptions": {"args": arguments}, "timeouts": timeouts});
    capabilities.as_object().cloned().unwrap_or_default()
}

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
