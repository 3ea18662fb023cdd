//! Work on several threads, with results in order.

use std::num::NonZeroUsize;

/// How many items each thread takes at a time: what waits to be written is bounded by it.
const PORTION: usize = 512;

/// Does the work for every index below `length` and hands the results on in order, whatever the number of threads.
///
/// # Errors
///
/// The first error of `each`; the work stops there.
pub(super) fn in_order<T: Send, E>(
    threads: NonZeroUsize,
    length: usize,
    work: impl Fn(usize) -> T + Sync,
    mut each: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let work = &work;
    let mut start = 0;
    while start < length {
        let round = (start..length).step_by(PORTION).take(threads.get());
        let portions: Vec<_> = round.map(|from| from..(from + PORTION).min(length)).collect();
        start = portions.last().map_or(length, |portion| portion.end);
        let results = std::thread::scope(|scope| {
            let started: Vec<_> = portions
                .into_iter()
                .map(|portion| scope.spawn(move || portion.map(work).collect::<Vec<T>>()))
                .collect();
            // A panic of the work is one of the program: it is handed on, not swallowed.
            let done = started
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done.collect::<Vec<_>>()
        });
        results.into_iter().flatten().try_for_each(&mut each)?;
    }
    Ok(())
}

/// As many threads as asked for, else as there are processors.
pub(super) fn threads(asked: Option<u16>) -> NonZeroUsize {
    let asked = asked.and_then(|asked| NonZeroUsize::new(usize::from(asked)));
    asked.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        for threads in [1, 2, 7] {
            for length in [0, 1, PORTION, 5 * PORTION + 3] {
                let mut seen = Vec::new();
                let threads = NonZeroUsize::new(threads).unwrap();
                let done: Result<(), ()> = in_order(
                    threads,
                    length,
                    |n| n * 2,
                    |n| {
                        seen.push(n);
                        Ok(())
                    },
                );
                assert_eq!(done, Ok(()));
                assert_eq!(seen, (0..length).map(|n| n * 2).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        let stop = |n| if n == 3 { Err(n) } else { Ok(()) };
        assert_eq!(in_order(NonZeroUsize::MIN, usize::MAX, |n| n, stop), Err(3));
    }
}
