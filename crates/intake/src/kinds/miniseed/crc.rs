//! CRC-32C (Castagnoli), the check sum of a miniSEED 3 record.

/// The table of all bytes for the reflected polynomial 0x82F63B78.
const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut value = n as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0x82F6_3B78 } else { value >> 1 };
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "n runs below 256, and the table is made when this is compiled")]
        {
            table[n] = value;
        }
        n += 1;
    }
    table
}

/// The check sum of some pieces, one behind the other.
pub(super) fn crc32c(pieces: &[&[u8]]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let place = (crc ^ u32::from(*byte)) & 0xFF;
        (crc >> 8) ^ TABLE.get(place as usize).copied().unwrap_or_default()
    };
    !pieces.iter().flat_map(|piece| piece.iter()).fold(u32::MAX, step)
}
