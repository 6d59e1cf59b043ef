//! Addresses and answers, sound and not.

use super::*;

#[test]
fn addresses_are_read_and_what_is_none_is_refused() {
    for (url, shown) in [
        ("http://127.0.0.1:8038", "http://127.0.0.1:8038"),
        ("http://north.example/witness/", "http://north.example:80/witness"),
        ("http://[::1]:9/a/b", "http://[::1]:9/a/b"),
        ("http://[::1]", "http://[::1]:80"),
    ] {
        assert_eq!(Peer::parse(url).unwrap().to_string(), shown);
    }
    assert!(Peer::parse("https://north.example").unwrap_err().contains("tunnel"));
    for url in ["http://", "http:///x", "http://a b", "http://a/\r\nHost: b", "http://user@a", "north.example"] {
        assert!(Peer::parse(url).is_err(), "{url}");
    }
}

#[test]
fn answers_of_every_length_form_are_read() {
    let answer = |text: &str| parse_answer(text.as_bytes());
    let same = HttpAnswer { status: 409, body: b"163\n".to_vec() };
    assert_eq!(answer("HTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\n163\n").unwrap(), same);
    assert_eq!(answer("HTTP/1.0 409 Conflict\r\n\r\n163\n").unwrap(), same);
    let chunked = "HTTP/1.1 409 Conflict\r\ntransfer-encoding: chunked\r\n\r\n1\r\n1\r\n3;x=y\r\n63\n\r\n0\r\n\r\n";
    assert_eq!(answer(chunked).unwrap(), same);
    for cut in 1..chunked.len() - 4 {
        assert!(answer(&chunked[..cut]).is_err(), "cut at {cut}");
    }
    for text in [
        "",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n163\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n163\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n163\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n1",
    ] {
        assert!(answer(text).is_err(), "{text:?}");
    }
}
