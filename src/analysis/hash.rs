//! Maps whose keys are numbers, mostly, and come from one configuration.

use foldhash::fast::FixedState;

pub(super) type HashMap<K, V> = std::collections::HashMap<K, V, FixedState>;
pub(super) type HashSet<K> = std::collections::HashSet<K, FixedState>;
