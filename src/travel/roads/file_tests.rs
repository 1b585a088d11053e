//! Files of roads: what is written is read back, and what was changed is refused.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::travel::roads::file::{header, read, write};
use crate::travel::roads::network::{Ground, GroundKind};
use crate::travel::roads::towns::{Town, at, crooked_towns};
use crate::travel::roads::travel::PreparedRoads;

fn village() -> PreparedRoads {
    let (mut network, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (200.0, 0.0)])
        .way(&[1, 2, 4], "highway=residential name=Long")
        .way(&[2, 3], "highway=service")
        .way(&[1, 3, 4], "highway=residential name=Ünten")
        .turn([3, 1, 1], false)
        .turn([1, 4, 3], true)
        .build();
    let outline = vec![at(1.0, 1.0), at(5.0, 1.0), at(3.0, 4.0)];
    let holes = vec![vec![at(3.0, 2.0), at(4.0, 2.0), at(3.0, 3.0)]];
    network.grounds.push(Ground { kind: GroundKind::Park, outline, holes });
    network.attribution = "© somebody".to_owned();
    PreparedRoads::prepare(network)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("city.roads")
    }

    fn written(&self, roads: &PreparedRoads) -> Vec<u8> {
        write(roads, &self.file()).unwrap();
        fs::read(self.file()).unwrap()
    }

    /// What is said about a file, without the folder.
    fn complaint(&self, bytes: &[u8]) -> String {
        fs::write(self.file(), bytes).unwrap();
        let folder = self.0.path().to_str().unwrap().to_owned() + "/";
        read(&self.file()).unwrap_err().to_string().replace(&folder, "")
    }
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let folder = Folder::new();
    let good = folder.written(&village());
    let (start, content) = good.split_at(52);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    let sealed = |content: &[u8]| [header(content), content.to_vec()].concat();
    let mut disordered = content.to_vec();
    let last = disordered.len() - 4;
    disordered[last..].copy_from_slice(&9_u32.to_le_bytes());
    let told = [
        folder.complaint(b""),
        folder.complaint(b"PUNCROAD"),
        folder.complaint(b"PK\x03\x04"),
        folder.complaint(&with(8, 1)),
        folder.complaint(&good[..good.len() - 1]),
        folder.complaint(&[&good[..], b"!"].concat()),
        folder.complaint(&with(good.len() - 1, 255)),
        folder.complaint(start),
        folder.complaint(&sealed(&content[..content.len() - 1])),
        folder.complaint(&sealed(&[content, b"!"].concat())),
        folder.complaint(&sealed(&disordered)),
        folder.complaint(&sealed(&[255; 80])),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    city.roads is no file of roads: it does not begin with PUNCROAD
    city.roads has 8 bytes, but should have 52
    city.roads is no file of roads: it does not begin with PUNCROAD
    city.roads has version 1, this program reads version 2: import the extract again
    city.roads has 441 bytes, but should have 442
    city.roads has 443 bytes, but should have 442
    city.roads is damaged: its content does not fit its checksum
    city.roads has 52 bytes, but should have 442
    city.roads holds no usable roads: it ends too early
    city.roads holds no usable roads: 1 bytes are left over
    city.roads holds no usable roads: the order does not hold each of 6 nodes once
    city.roads holds no usable roads: there are 18446744073709551615 junctions, at most 20000000 are allowed
    ");
    let missing = read(&PathBuf::from("/nowhere.roads")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere.roads cannot be read"), "{missing}");
    let nowhere = write(&village(), &PathBuf::from("/nowhere/city.roads")).unwrap_err().to_string();
    assert!(nowhere.starts_with("/nowhere/city.roads cannot be written"), "{nowhere}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(town in crooked_towns()) {
        let (folder, roads) = (Folder::new(), PreparedRoads::prepare(town.build().0));
        folder.written(&roads);
        prop_assert_eq!(read(&folder.file()).unwrap(), roads);
    }

    #[test]
    fn a_file_with_a_byte_changed_is_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 64),
    ) {
        let folder = Folder::new();
        let good = folder.written(&village());
        for (at, change) in changes {
            let mut bytes = good.clone();
            bytes[at.index(good.len())] ^= change;
            folder.complaint(&bytes);
        }
    }

    /// Whoever makes a file of their own with the right checksum gets an error, or roads that work.
    #[test]
    fn no_content_with_a_fitting_checksum_makes_the_reader_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let folder = Folder::new();
        let mut content = folder.written(&village()).split_off(52);
        for (at, byte) in changes {
            let at = at.index(content.len());
            content[at] = byte;
        }
        fs::write(folder.file(), [header(&content), content].concat()).unwrap();
        if let Ok(roads) = read(&folder.file()) {
            crate::travel::roads::travel::Roads::new(roads);
        }
    }
}
