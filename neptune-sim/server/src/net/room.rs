//! How much memory bodies and answers may take that are on their way, those of all connections together.
//!
//! Small bodies and answers are not counted: the number of connections limits them. A larger one takes room until the network has taken its
//! last byte. If there is no room, an answer that can be produced again is dropped and produced when there is; any other request is
//! refused.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;

/// A body or an answer that is no larger takes no room.
pub(crate) const SMALL_BYTES: usize = 16 * 1024;
/// How often an answer that grows while it waits for room is produced at most.
const TRIES: usize = 3;

/// A limited number of bytes that connections share. Clones share the same room.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    left: Arc<Semaphore>,
    bytes: usize,
    wait_within: Duration,
    /// One for the answer that is being made, of those that may be large.
    turns: Arc<Semaphore>,
}

impl Room {
    /// Room for the given number of bytes. A wait for a part of it always ends: connections of clients that do not read time out one by
    /// one.
    pub(crate) fn new(bytes: usize, wait_within: Duration) -> Self {
        // So that all of it can be asked for at once.
        let bytes = bytes.min(u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        Self { left: Arc::new(Semaphore::new(bytes)), bytes, wait_within, turns: Arc::new(Semaphore::new(1)) }
    }

    /// Room for the clients of all clusters, or for those of the control API.
    pub(crate) fn under(bytes: usize, limits: &Limits) -> Self {
        Self::new(bytes, limits.answer_stall.saturating_mul(2))
    }

    /// Room without a limit.
    pub(crate) fn unbounded() -> Self {
        Self::new(usize::MAX, Duration::MAX)
    }

    /// How much it is, in MiB.
    pub(crate) fn mebibytes(&self) -> usize {
        self.bytes / (1024 * 1024)
    }

    /// Takes the given number of bytes, if they are free. A request for more than the whole room takes all of it.
    pub(crate) fn take(&self, bytes: usize) -> Option<Share> {
        match self.permits(bytes) {
            0 => Some(Share::default()),
            permits => Arc::clone(&self.left).try_acquire_many_owned(permits).ok().map(|permit| Share(Some(permit))),
        }
    }

    /// The same, once it is free. `None` if that takes too long.
    async fn wait_for(&self, bytes: usize) -> Option<Share> {
        let permit = Arc::clone(&self.left).acquire_many_owned(self.permits(bytes));
        Some(Share(Some(tokio::time::timeout(self.wait_within, permit).await.ok()?.ok()?)))
    }

    fn permits(&self, bytes: usize) -> u32 {
        if bytes <= SMALL_BYTES { 0 } else { u32::try_from(bytes.min(self.bytes)).unwrap_or(u32::MAX) }
    }

    /// Makes an answer that may be large. Such answers are made one after the other, and between two of them everything goes on that can:
    /// one takes milliseconds, and polls must not wait for all that were asked for at the same time.
    pub(crate) async fn make_in_turn<T>(&self, make: impl Future<Output = T>) -> T {
        // Nothing closes the semaphore.
        let _turn = self.turns.acquire().await;
        tokio::task::yield_now().await;
        make.await
    }

    /// Produces an answer, and reserves room for it. While there is none, the answer is dropped, and it is produced again at its turn.
    /// `None` if the turn does not come in time.
    pub(crate) async fn make<T, F: Future<Output = T>>(
        &self,
        mut make: impl FnMut() -> F,
        size: impl Fn(&T) -> usize,
    ) -> Option<(T, Share)> {
        let mut share = Share::default();
        for _ in 0..TRIES {
            let it = make().await;
            let needed = size(&it);
            if share.bytes() >= self.permits(needed) as usize {
                return Some((it, share));
            }
            // Its own part first, so that two that have grown do not wait for each other.
            drop(std::mem::take(&mut share));
            if let Some(share) = self.take(needed) {
                return Some((it, share));
            }
            drop(it);
            // Few wait, and each poll moves and keeps this future.
            share = Box::pin(self.wait_for(needed)).await?;
        }
        None
    }
}

/// A part of a [`Room`], free again when this is dropped. The default is none.
#[derive(Debug, Default)]
pub(crate) struct Share(Option<OwnedSemaphorePermit>);

impl Share {
    /// How much it is.
    fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits)
    }

    /// Grows the part to the given number of bytes. Returns whether there was room for that.
    pub(crate) fn grow(&mut self, room: &Room, bytes: usize) -> bool {
        let wanted = room.permits(bytes) as usize;
        let Some(more) = wanted.checked_sub(self.bytes()).filter(|more| *more > 0) else { return true };
        let Ok(more) = Arc::clone(&room.left).try_acquire_many_owned(u32::try_from(more).unwrap_or(u32::MAX)) else {
            return false;
        };
        match &mut self.0 {
            Some(permit) => permit.merge(more),
            None => self.0 = Some(more),
        }
        true
    }

    /// The bytes. They keep this part until their last copy is dropped.
    pub(crate) fn cover(self, bytes: impl Into<Bytes>) -> Bytes {
        let bytes = bytes.into();
        if self.0.is_none() { bytes } else { Bytes::from_owner(Covered { bytes, _share: self }) }
    }

    /// The body. Its bytes keep this part until the last one is dropped.
    pub(crate) fn cover_body(self, body: Body) -> Body {
        if self.0.is_none() { body } else { Body::new(CoveredBody { body, share: Arc::new(self) }) }
    }
}

/// A body that arrives bit by bit. If it says how long it is, it has its room from the start; otherwise the room grows with it.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    bytes: Vec<u8>,
    share: Share,
}

impl Gathered {
    /// Nothing yet of a body. `None` if there is no room for it.
    pub(crate) fn of(body: &impl HttpBody, room: &Room) -> Option<Self> {
        let reported = body.size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
        room.take(reported).map(|share| Self { bytes: Vec::with_capacity(reported), share })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds what has arrived. `None` if there is no room for it.
    pub(crate) fn add(&mut self, data: &[u8], room: &Room) -> Option<()> {
        let (needed, had) = (self.bytes.len() + data.len(), self.bytes.capacity());
        if needed > had {
            // Twice as much, as vectors do it, and for a moment the old beside it.
            let more = needed.max(2 * had);
            self.share.grow(room, more + had).then(|| self.bytes.reserve_exact(more - self.bytes.len()))?;
        }
        self.bytes.extend_from_slice(data);
        Some(())
    }

    /// The whole body. It has its room as long as there is a copy of it.
    pub(crate) fn done(self) -> Bytes {
        self.share.cover(self.bytes)
    }
}

/// Bytes that were made of others, and keep the room that those took.
pub(crate) fn in_place_of(old: Bytes, new: impl Into<Bytes>) -> Bytes {
    Bytes::from_owner(Covered { bytes: new.into(), _share: old })
}

struct Covered<S> {
    bytes: Bytes,
    _share: S,
}

impl<S> AsRef<[u8]> for Covered<S> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

struct CoveredBody {
    body: Body,
    share: Arc<Share>,
}

impl HttpBody for CoveredBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        frame
            .map_ok(|frame| frame.map_data(|bytes| Bytes::from_owner(Covered { bytes, _share: Arc::clone(&self.share) })))
            .map_err(io::Error::other)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = 40 * 1024;

    fn room() -> Room {
        Room::new(100 * 1024, Duration::from_mins(1))
    }

    #[test]
    fn what_is_large_has_its_part_until_its_last_copy_is_gone() {
        let room = room();
        let bytes = room.take(LARGE).unwrap().cover(vec![7; LARGE]);
        let (begin, other) = (bytes.slice(..1), room.take(LARGE).unwrap());
        drop(bytes);
        assert!(room.take(LARGE).is_none());
        drop(begin);
        assert!(room.take(LARGE).is_some());
        drop(other);
        assert!(room.take(usize::MAX).is_some(), "one alone may be larger than the room");
    }

    #[test]
    fn what_is_small_comes_and_goes() {
        let room = room();
        let _all = room.take(100 * 1024).unwrap();
        assert!(room.take(SMALL_BYTES).is_some() && room.take(SMALL_BYTES + 1).is_none());
    }

    #[test]
    fn a_part_grows_as_long_as_there_is_room() {
        let (room, mut first, mut second) = (room(), Share::default(), Share::default());
        assert!(first.grow(&room, SMALL_BYTES) && first.grow(&room, LARGE) && second.grow(&room, LARGE));
        assert!(!first.grow(&room, 2 * LARGE), "24 KiB are left");
        drop(second);
        assert!(first.grow(&room, 2 * LARGE));
        assert_eq!(first.bytes(), 2 * LARGE);
    }

    #[tokio::test]
    async fn what_finds_no_room_is_made_anew_when_there_is_some() {
        let room = room();
        let taken = std::cell::RefCell::new(room.take(100 * 1024));
        let mut times = 0;
        let made = room.make(
            || {
                times += 1;
                async { vec![0; LARGE] }
            },
            Vec::len,
        );
        let free = async {
            tokio::task::yield_now().await;
            taken.take();
        };
        let (made, ()) = tokio::join!(made, free);
        assert_eq!((made.unwrap().1.bytes(), times), (LARGE, 2));
    }

    #[tokio::test]
    async fn what_grows_while_it_waits_never_has_more_than_its_part() {
        let room = room();
        let (mut size, mut taken) = (LARGE, room.take(80 * 1024));
        let made = room.make(
            || {
                size *= 2;
                taken.take();
                let size = size;
                async move { size }
            },
            |size| *size,
        );
        let (size, share) = made.await.unwrap();
        assert_eq!(share.bytes(), size);
    }

    #[tokio::test]
    async fn what_can_go_on_goes_on_between_two_answers_that_may_be_large() {
        let (room, order) = (room(), std::cell::RefCell::new(String::new()));
        let large = async || room.make_in_turn(async { order.borrow_mut().push('L') }).await;
        let poll = async || {
            for _ in 0..3 {
                order.borrow_mut().push('p');
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(biased; large(), large(), large(), poll());
        assert_eq!(order.into_inner(), "pLpLpL");
    }

    #[tokio::test]
    async fn waiting_has_an_end() {
        let room = Room::new(100 * 1024, Duration::from_millis(1));
        let _all = room.take(100 * 1024).unwrap();
        assert!(room.make(async || LARGE, |size| *size).await.is_none());
    }
}
