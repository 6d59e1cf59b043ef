use super::*;

fn all(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut frames = Frames::default();
    let mut found = Vec::new();
    for piece in pieces {
        frames.push(piece);
        while let Some(frame) = frames.next_frame() {
            found.push(frame.to_vec());
        }
    }
    found
}

#[test]
fn any_split_gives_the_same_messages() {
    let messages: [&[u8]; 4] = [b"first", b"", &[7; 300], b"last"];
    let stream: Vec<u8> = messages.iter().flat_map(|message| framed(message)).collect();
    for cut in 0..=stream.len() {
        let (a, b) = stream.split_at(cut);
        assert_eq!(all(&[a, b]), messages);
    }
    let single: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(all(&single), messages);
}

#[test]
fn an_absurd_length_ends_the_stream_and_holds_nothing() {
    let mut frames = Frames::default();
    frames.push(&framed(b"good"));
    frames.push(&((MAX_MESSAGE + 1) as u32).to_le_bytes());
    assert_eq!(frames.next_frame(), Some(&b"good"[..]));
    assert_eq!(frames.next_frame(), None);
    assert_eq!(frames.refused_length(), Some(MAX_MESSAGE + 1));
    frames.push(&[0; 1000]);
    assert_eq!(frames.next_frame(), None);
    assert_eq!(frames.n_waiting(), 0);
}
