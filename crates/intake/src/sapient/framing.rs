//! Messages out of a stream: a length of four bytes, little end first, then that many bytes.

/// The longest message that is taken, bytes.
pub const MAX_MESSAGE: usize = 1 << 20;

/// Cuts a stream into messages, whatever pieces it comes in. Holds no more than one message and one piece.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    held: Vec<u8>,
    /// Where the first message that was not given yet begins in `held`.
    at: usize,
    refused: Option<usize>,
}

impl Frames {
    /// Takes the next piece.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.refused.is_some() {
            return;
        }
        self.held.drain(..self.at);
        self.at = 0;
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message; `None` when more bytes are needed or the stream is lost.
    pub fn next_frame(&mut self) -> Option<&[u8]> {
        let rest = self.held.get(self.at..)?;
        let (length, _) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE {
            self.refused = Some(length);
            self.held = Vec::new();
            self.at = 0;
            return None;
        }
        let from = self.at + 4;
        let until = from + length;
        if until > self.held.len() {
            return None;
        }
        self.at = until;
        self.held.get(from..until)
    }

    /// The length that was beyond the limit: nothing after it can be told apart.
    pub fn refused_length(&self) -> Option<usize> {
        self.refused
    }

    /// How many bytes wait for the rest of their message.
    pub fn n_waiting(&self) -> usize {
        self.held.len() - self.at
    }
}

/// The message with its length before it.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 4);
    out.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(message);
    out
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
