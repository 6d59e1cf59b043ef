//! The proofs against a second, literal transcription of the recursive definitions.

use proptest::prelude::*;

use super::*;

/// Subtrees kept level by level, so that the large sizes take no time.
struct Levels(Vec<Vec<Hash>>);

impl Levels {
    fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while levels.last().unwrap().len() > 1 {
            let next = levels.last().unwrap().chunks_exact(2).map(|p| node_hash(&p[0], &p[1])).collect();
            levels.push(next);
        }
        Self(levels)
    }
}

impl Subtrees for Levels {
    type Error = OutOfRange;
    fn subtree(&self, level: u8, index: u64) -> Result<Hash, OutOfRange> {
        self.0.get(usize::from(level)).and_then(|l| l.get(index as usize)).copied().ok_or(OutOfRange)
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn largest_power_below(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// RFC 6962 2.1, as written.
fn naive_root(d: &[Hash]) -> Hash {
    match d {
        [] => empty_root(),
        [one] => *one,
        _ => {
            let k = largest_power_below(d.len());
            node_hash(&naive_root(&d[..k]), &naive_root(&d[k..]))
        }
    }
}

/// RFC 6962 2.1.1, as written.
fn naive_path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return vec![];
    }
    let k = largest_power_below(d.len());
    let (mut path, other) = if m < k {
        (naive_path(m, &d[..k]), naive_root(&d[k..]))
    } else {
        (naive_path(m - k, &d[k..]), naive_root(&d[..k]))
    };
    path.push(other);
    path
}

/// RFC 6962 2.1.2, as written.
fn naive_subproof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { vec![] } else { vec![naive_root(d)] };
    }
    let k = largest_power_below(d.len());
    let (mut proof, other) = if m <= k {
        (naive_subproof(m, &d[..k], b), naive_root(&d[k..]))
    } else {
        (naive_subproof(m - k, &d[k..], false), naive_root(&d[..k]))
    };
    proof.push(other);
    proof
}

const SIZES: [u64; 10] = [0, 1, 2, 255, 256, 257, 65535, 65536, 65537, 70000];

#[test]
fn published_values() {
    let hex = |h: Hash| h.to_string();
    assert_eq!(hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // RFC 6962 test tree of the Certificate Transparency reference implementation.
    assert_eq!(hex(leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let all: Vec<Hash> = inputs.iter().map(|i| leaf_hash(i)).collect();
    assert_eq!(hex(root(all[..2].iter().copied())), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    assert_eq!(hex(root(all[..7].iter().copied())), "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
    assert_eq!(hex(root(all)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

#[test]
fn roots_agree_with_the_definition_at_the_awkward_sizes() {
    for size in SIZES {
        let all = leaves(size);
        let expected = naive_root(&all);
        assert_eq!(root(all.iter().copied()), expected, "size {size}");
        assert_eq!(root_at(size, &Levels::new(all)), Ok(expected), "size {size}");
    }
}

#[test]
fn every_proof_of_small_trees_agrees_with_the_definition_and_verifies() {
    for size in 1..=40_u64 {
        let all = leaves(size);
        let (source, root) = (Levels::new(all.clone()), naive_root(&all));
        for i in 0..size {
            let proof = inclusion_proof(i, size, &source).unwrap();
            assert_eq!(proof, naive_path(i as usize, &all));
            assert_eq!(verify_inclusion(&all[i as usize], i, size, &proof, &root), Ok(()));
        }
        for m in 1..=size {
            let first = Tree { size: m, root: naive_root(&all[..m as usize]) };
            let proof = consistency_proof(m, size, &source).unwrap();
            assert_eq!(proof, naive_subproof(m as usize, &all, true));
            assert_eq!(verify_consistency(&first, &Tree { size, root }, &proof), Ok(()));
        }
    }
}

#[test]
fn proofs_at_the_awkward_sizes() {
    let all = leaves(70000);
    let source = Levels::new(all.clone());
    for size in SIZES.into_iter().filter(|size| *size > 0) {
        let root = root_at(size, &source).unwrap();
        for i in [0, 1, size / 2, size - 1].into_iter().filter(|i| *i < size) {
            let proof = inclusion_proof(i, size, &source).unwrap();
            assert_eq!(verify_inclusion(&all[i as usize], i, size, &proof, &root), Ok(()), "{i} of {size}");
        }
        for m in SIZES.into_iter().filter(|m| *m <= size) {
            let first = Tree { size: m, root: root_at(m, &source).unwrap() };
            let proof = consistency_proof(m, size, &source).unwrap();
            assert_eq!(verify_consistency(&first, &Tree { size, root }, &proof), Ok(()), "{m} to {size}");
        }
    }
}

#[test]
fn questions_outside_the_tree_are_refused() {
    let all = leaves(5);
    assert_eq!(inclusion_proof(5, 5, &all[..]), Err(OutOfRange));
    assert_eq!(inclusion_proof(0, 0, &all[..]), Err(OutOfRange));
    assert_eq!(inclusion_proof(2, 9, &all[..]), Err(OutOfRange));
    assert_eq!(consistency_proof(6, 5, &all[..]), Err(OutOfRange));
    assert_eq!(consistency_proof(0, 5, &all[..]), Ok(vec![]));
    let tree = |size: u64| Tree { size, root: naive_root(&all[..size as usize]) };
    assert_eq!(verify_consistency(&tree(0), &tree(5), &[]), Ok(()));
    assert_eq!(verify_consistency(&tree(5), &tree(5), &[]), Ok(()));
    assert_eq!(verify_consistency(&tree(5), &tree(4), &[]), Err(ProofError::OutOfRange));
    assert_eq!(verify_consistency(&tree(3), &tree(5), &[]), Err(ProofError::Length));
    assert_eq!(verify_consistency(&tree(5), &Tree { size: 5, root: all[0] }, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(&Tree { size: 0, root: all[0] }, &tree(5), &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(&tree(0), &tree(5), &all), Err(ProofError::Length));
    assert_eq!(verify_inclusion(&all[0], u64::MAX, u64::MAX, &all, &all[0]), Err(ProofError::OutOfRange));
    assert!(verify_inclusion(&all[0], 0, u64::MAX, &all, &all[0]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_altered_proof_proves_nothing(size in 2_u64..600, at in 0_u64..600, bit in 0_usize..256, other in 0_usize..12) {
        let all = leaves(size);
        let index = at % size;
        let root = naive_root(&all);
        let proof = inclusion_proof(index, size, &all[..]).unwrap();
        prop_assert_eq!(&proof, &naive_path(index as usize, &all));
        let mut altered = proof.clone();
        let which = other % altered.len();
        let mut bytes = *altered[which].as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        altered[which] = Hash::new(bytes);
        let leaf = &all[index as usize];
        prop_assert_eq!(verify_inclusion(leaf, index, size, &altered, &root), Err(ProofError::Root));
        prop_assert!(verify_inclusion(leaf, index, size, &proof[1..], &root).is_err());
        prop_assert!(verify_inclusion(leaf, (index + 1) % size, size, &proof, &root).is_err());
        let mut longer = proof.clone();
        longer.push(root);
        prop_assert_eq!(verify_inclusion(leaf, index, size, &longer, &root), Err(ProofError::Length));
    }

    #[test]
    fn consistency_holds_for_prefixes_only(size in 2_u64..600, at in 0_u64..600, bit in 0_usize..256, other in 0_usize..12) {
        let all = leaves(size);
        let m = 1 + at % (size - 1);
        let first = Tree { size: m, root: naive_root(&all[..m as usize]) };
        let second = Tree { size, root: naive_root(&all) };
        let proof = consistency_proof(m, size, &all[..]).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(m as usize, &all, true));
        prop_assert_eq!(verify_consistency(&first, &second, &proof), Ok(()));
        let mut altered = proof.clone();
        let which = other % altered.len();
        let mut bytes = *altered[which].as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        altered[which] = Hash::new(bytes);
        prop_assert_eq!(verify_consistency(&first, &second, &altered), Err(ProofError::Root));
        prop_assert!(verify_consistency(&first, &second, &proof[1..]).is_err());
        let mut forked = all.clone();
        forked[0] = all[1];
        let fork = Tree { size: m, root: naive_root(&forked[..m as usize]) };
        prop_assert!(verify_consistency(&fork, &second, &proof).is_err());
    }
}
