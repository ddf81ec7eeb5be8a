//! The way of log lines to standard error: whoever logs leaves them here, and a thread of its own writes them, many at once.
//!
//! A write wakes whoever reads the log, and one for each denied review took a quarter of its CPU time. And a reader that stands still would
//! stop the webhook: now lines that find no room are dropped, and counted.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Lines that wait to be written.
#[derive(Debug, Default)]
pub(super) struct Lines {
    waiting: Mutex<Waiting>,
    /// Lines came, or the end did.
    news: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Lines for which there was no room.
    lost: u64,
    stage: Stage,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// Nothing more will come.
    Ending,
    /// Everything is written.
    Ended,
}

/// As much as may wait: some thousand lines.
const ROOM: usize = 1024 * 1024;
/// How long a line waits for others, so that a flood of them costs a hundred writes a second.
const LINGER: Duration = Duration::from_millis(10);
/// How long the end of the process waits for a reader.
const PARTING: Duration = Duration::from_secs(1);

impl Lines {
    /// Starts the thread that writes them.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<Arc<Self>> {
        let lines = Arc::new(Self::default());
        let written = Arc::clone(&lines);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || written.write_to(out))?;
        Ok(lines)
    }

    /// Takes a line, with its end.
    pub(super) fn add(&self, line: &str) {
        let mut waiting = self.lock();
        if waiting.bytes.len() + line.len() > ROOM {
            waiting.lost += 1;
            return;
        }
        if waiting.bytes.is_empty() {
            self.news.notify_all();
        }
        waiting.bytes.extend_from_slice(line.as_bytes());
    }

    /// Waits until everything is written, unless that takes too long.
    pub(super) fn end(&self) {
        let mut waiting = self.lock();
        waiting.stage = Stage::Ending;
        self.news.notify_all();
        let unfinished = |waiting: &mut Waiting| waiting.stage != Stage::Ended;
        let _ = self.news.wait_timeout_while(waiting, PARTING, unfinished);
    }

    fn write_to(&self, mut out: impl Write) {
        let mut bytes = Vec::new();
        loop {
            let idle =
                |waiting: &mut Waiting| waiting.bytes.is_empty() && waiting.stage == Stage::Open;
            let waiting = self.news.wait_while(self.lock(), idle);
            let open = |waiting: &mut Waiting| waiting.stage == Stage::Open;
            let gathered = self.news.wait_timeout_while(
                waiting.unwrap_or_else(PoisonError::into_inner),
                LINGER,
                open,
            );
            let (mut waiting, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            if waiting.bytes.is_empty() {
                waiting.stage = Stage::Ended;
                self.news.notify_all();
                return;
            }
            std::mem::swap(&mut waiting.bytes, &mut bytes);
            let lost = std::mem::take(&mut waiting.lost);
            drop(waiting);
            // With the log gone there is nobody to tell.
            let _ = out.write_all(&bytes);
            bytes.clear();
            if lost > 0 {
                tracing::warn!(lost, "log lines were dropped: they are read too slowly");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A reader that takes what is written only when it is told to.
    struct Slow {
        taken: Sender<Vec<u8>>,
        go: Receiver<()>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.taken.send(bytes.to_vec()).unwrap();
            let _ = self.go.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow() -> (Arc<Lines>, Receiver<Vec<u8>>, Sender<()>) {
        let (taken, written) = channel();
        let (release, go) = channel();
        (Lines::start(Slow { taken, go }).unwrap(), written, release)
    }

    #[test]
    fn lines_that_come_while_others_are_written_are_written_at_once_and_in_order() {
        let (lines, written, release) = slow();
        lines.add("first\n");
        assert_eq!(written.recv().unwrap(), b"first\n");
        lines.add("second\n");
        lines.add("third\n");
        release.send(()).unwrap();
        assert_eq!(written.recv().unwrap(), b"second\nthird\n");
        release.send(()).unwrap();
        lines.end();
        assert_eq!(lines.lock().stage, Stage::Ended);
    }

    #[test]
    fn a_reader_that_stands_still_stops_nobody_and_what_is_lost_is_counted() {
        let (lines, written, _release) = slow();
        lines.add("first\n");
        written.recv().unwrap();
        let line = "x".repeat(1000);
        for _ in 0..=ROOM / line.len() {
            lines.add(&line);
        }
        let waiting = lines.lock();
        assert_eq!(waiting.lost, 1);
        assert!(waiting.bytes.len() <= ROOM);
    }

    #[test]
    fn the_end_waits_for_what_is_still_to_be_written() {
        let (lines, written, release) = slow();
        release.send(()).unwrap();
        lines.add("last words\n");
        lines.end();
        assert_eq!(written.try_recv().unwrap(), b"last words\n");
    }
}
