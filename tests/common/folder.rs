//! Folders of a test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Copies a folder with all that is in it; what stood there is replaced, and what comes may be written to.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("an entry can be read").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            let _ = fs::remove_file(&target);
            fs::copy(&path, &target).expect("a file can be copied");
            let mode = fs::metadata(&target).expect("it is there").permissions().mode();
            fs::set_permissions(&target, fs::Permissions::from_mode(mode | 0o200)).expect("it is ours");
        }
    }
}
