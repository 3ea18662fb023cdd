//! The documented functions.
//!
//! learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data; the last four stand in
//! older exports only (learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions).

/// A function and how many arguments it takes.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) least: usize,
    /// `None`: any number.
    pub(super) most: Option<usize>,
}

const fn takes(name: &'static str, least: usize, most: usize) -> Function {
    Function { name, least, most: Some(most) }
}

const fn takes_any(name: &'static str, least: usize) -> Function {
    Function { name, least, most: None }
}

/// All of them. Where the page leaves open whether a position may be left out, it may.
pub(super) const FUNCTIONS: [Function; 46] = [
    takes("Append", 2, 2),
    takes("AppRoleAssignmentsComplex", 1, 1),
    takes("AssertiveAppRoleAssignmentsComplex", 1, 1),
    takes("BitAnd", 2, 2),
    takes("CBool", 1, 1),
    takes("CDate", 1, 1),
    takes_any("Coalesce", 1),
    takes("ConvertToBase64", 1, 1),
    takes("ConvertToUTF8Hex", 1, 1),
    takes("Count", 1, 1),
    takes("CStr", 1, 1),
    takes("DateAdd", 3, 3),
    takes("DateDiff", 3, 3),
    takes("DateFromNum", 1, 1),
    takes("FormatDateTime", 3, 4),
    takes("Guid", 0, 0),
    takes("IgnoreFlowIfNullOrEmpty", 1, 1),
    takes("IIF", 3, 3),
    takes("InStr", 2, 4),
    takes("IsNull", 1, 1),
    takes("IsNullOrEmpty", 1, 1),
    takes("IsPresent", 1, 1),
    takes("IsString", 1, 1),
    takes("Item", 2, 2),
    takes_any("Join", 2),
    takes("Left", 2, 2),
    takes("Mid", 2, 3),
    takes("NormalizeDiacritics", 1, 1),
    takes("Not", 1, 1),
    takes("Now", 0, 0),
    takes("NumFromDate", 1, 1),
    takes("PCase", 1, 2),
    takes("RandomString", 1, 6),
    takes("Redact", 0, 1),
    takes("RemoveDuplicates", 1, 1),
    takes("Replace", 2, 7),
    takes_any("SelectUniqueValue", 1),
    takes("SingleAppRoleAssignment", 1, 1),
    takes("Split", 1, 2),
    takes("StripSpaces", 1, 1),
    takes_any("Switch", 2),
    takes("ToLower", 1, 2),
    takes("ToUpper", 1, 2),
    takes("Word", 3, 3),
    takes("Prepend", 2, 2),
    takes("IsNothing", 1, 1),
];

/// Functions of older exports whose arguments are not checked.
const OLDER: [&str; 2] = ["AppRoleAssignments", "DefaultDomain"];

/// The function of a name, which compares exactly.
pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

pub(super) fn is_known(name: &str) -> bool {
    function(name).is_some() || OLDER.contains(&name)
}
