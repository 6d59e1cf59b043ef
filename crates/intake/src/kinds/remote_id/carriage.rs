//! Where in a packet of Wi-Fi or Bluetooth the messages are.

/// The messages of a packet (one of 25 bytes, or a pack), with the counter before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The address it came from. It may be random and is never an identity: it only joins messages that came apart.
    pub(super) transmitter: Option<[u8; 6]>,
    /// The counter of the transmitter.
    pub counter: u8,
    /// One message or a pack.
    pub bytes: Vec<u8>,
}

/// The vendor-specific element of beacons: ASD-STAN's number and type.
const BEACON: [u8; 4] = [0xFA, 0x0B, 0xBC, 0x0D];
/// The vendor-specific element that France asked for before.
const FRENCH: [u8; 4] = [0x6A, 0x5C, 0x35, 0x01];
/// Public action frame of Neighbour Awareness Networking: category, action, Wi-Fi Alliance, type.
const NAN: [u8; 6] = [0x04, 0x09, 0x50, 0x6F, 0x9A, 0x13];
/// First six bytes of SHA-256 of `org.opendroneid.remoteid`.
const SERVICE: [u8; 6] = [0x88, 0x69, 0x19, 0x9D, 0x92, 0x09];
/// UUID 0xFFFA in service data, application code 0x0D.
const BLUETOOTH: [u8; 4] = [0x16, 0xFA, 0xFF, 0x0D];

/// The payloads of a packet of that link type; an error says why the packet could not be looked into.
pub(super) fn payloads(link: u32, packet: &[u8]) -> Result<Vec<Payload>, &'static str> {
    match link {
        127 => {
            let n = packet.get(2..4).and_then(|n| <[u8; 2]>::try_from(n).ok()).map(u16::from_le_bytes);
            wifi(n.and_then(|n| packet.get(usize::from(n)..)).ok_or("damaged_packet")?)
        }
        105 => wifi(packet),
        // Access address, header, length.
        251 => Ok(bluetooth(packet.get(4..).ok_or("damaged_packet")?)),
        // Ten bytes of the receiver before it.
        256 => Ok(bluetooth(packet.get(14..).ok_or("damaged_packet")?)),
        272 => nordic(packet),
        _ => Err("unknown_link"),
    }
}

/// Management frames: beacons (and probe responses) with elements, and action frames.
fn wifi(frame: &[u8]) -> Result<Vec<Payload>, &'static str> {
    let control = frame.first().ok_or("damaged_packet")?;
    let body = frame.get(24..).unwrap_or_default();
    let found = match control & 0xFC {
        0x80 | 0x50 => elements(body.get(12..).unwrap_or_default())?,
        0xD0 => body.strip_prefix(&NAN).map(nan).unwrap_or_default(),
        _ => Vec::new(),
    };
    Ok(from(frame.get(10..16), found))
}

fn elements(mut rest: &[u8]) -> Result<Vec<Payload>, &'static str> {
    let mut found = Vec::new();
    let mut french = false;
    while let [id, n, behind @ ..] = rest {
        let Some((element, next)) = behind.split_at_checked(usize::from(*n)) else { break };
        if *id == 0xDD {
            french |= element.starts_with(&FRENCH);
            found.extend(element.strip_prefix(&BEACON).and_then(counted));
        }
        rest = next;
    }
    if found.is_empty() && french { Err("french_format") } else { Ok(found) }
}

/// Attributes: id, length of 16 bits, content. The service descriptor (3) has the service's info when its control says so.
fn nan(mut rest: &[u8]) -> Vec<Payload> {
    let mut found = Vec::new();
    while let [id, low, high, behind @ ..] = rest {
        let n = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((attribute, next)) = behind.split_at_checked(n) else { break };
        if *id == 3 {
            found.extend(attribute.strip_prefix(&SERVICE).and_then(service));
        }
        rest = next;
    }
    found
}

/// Instance, requestor, control, then the fields that the control announces: binding bitmap (0x40), matching filter
/// (0x04), response filter (0x08), info (0x10).
fn service(descriptor: &[u8]) -> Option<Payload> {
    let [_, _, control, rest @ ..] = descriptor else { return None };
    let mut rest = rest;
    if control & 0x40 != 0 {
        rest = rest.get(2..)?;
    }
    for flag in [0x04, 0x08] {
        if control & flag != 0 {
            let (n, behind) = rest.split_first()?;
            rest = behind.get(usize::from(*n)..)?;
        }
    }
    if control & 0x10 == 0 {
        return None;
    }
    let (n, behind) = rest.split_first()?;
    counted(behind.get(..usize::from(*n))?)
}

/// An advertisement: header, length, then either the sender's address and structures, or an extended header before them.
fn bluetooth(pdu: &[u8]) -> Vec<Payload> {
    let [header, n, behind @ ..] = pdu else { return Vec::new() };
    let content = behind.get(..usize::from(*n).min(behind.len())).unwrap_or_default();
    let (address, data) = match header & 0x0F {
        // ADV_IND, ADV_NONCONN_IND, SCAN_RSP, ADV_SCAN_IND.
        0 | 2 | 4 | 6 => (content.get(..6), content.get(6..)),
        // ADV_EXT_IND and its kin: six bits of length, then the extended header, whose first bit says that the address
        // stands in it.
        7 => {
            let data = content.first().and_then(|n| content.get(1 + usize::from(n & 0x3F)..));
            (content.get(2..8).filter(|_| content.get(1).is_some_and(|flags| flags & 1 == 1)), data)
        }
        _ => (None, None),
    };
    from(address, structures(data.unwrap_or_default()))
}

/// The sniffer's own header: board, length (2), version, counter (2), type, length of the rest, flags, channel, level, event
/// counter (2), time (4): 17 bytes. Then the access address, and on the coded physical layer its coding indicator.
fn nordic(packet: &[u8]) -> Result<Vec<Payload>, &'static str> {
    let flags = packet.get(8).ok_or("damaged_packet")?;
    // The sniffer has checked the packet's sum and says so in the first bit.
    if flags & 1 == 0 {
        return Err("bad_crc");
    }
    let is_coded = flags >> 4 & 7 == 2;
    Ok(bluetooth(packet.get(17 + 4 + usize::from(is_coded)..).unwrap_or_default()))
}

fn structures(mut rest: &[u8]) -> Vec<Payload> {
    let mut found = Vec::new();
    while let Some((n, behind)) = rest.split_first() {
        let Some((structure, next)) = behind.split_at_checked(usize::from(*n)) else { break };
        found.extend(structure.strip_prefix(&BLUETOOTH).and_then(counted));
        rest = next;
    }
    found
}

fn counted(bytes: &[u8]) -> Option<Payload> {
    let (counter, rest) = bytes.split_first()?;
    Some(Payload { transmitter: None, counter: *counter, bytes: rest.to_vec() })
}

/// Writes the sender's address on payloads.
fn from(address: Option<&[u8]>, mut payloads: Vec<Payload>) -> Vec<Payload> {
    let transmitter = address.and_then(|address| address.try_into().ok());
    payloads.iter_mut().for_each(|payload| payload.transmitter = transmitter);
    payloads
}
