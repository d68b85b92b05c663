import ISACore

/// **Location sensitive**: some s, x: s and shift(s, x) retire, and the results differ by more
/// than the shift.
///
/// shift(s, x) is s with the machine's `shift` program run on it, and every unit of storage that
/// is mapped in both states moved along: what virtual address a meant in s it means in shift(s, x).
/// A unit is mapped if the translation lets some intent through (the first of load, store and
/// fetch that it lets through says where it lies), if it is present and has no role of its own.
/// The rest of real storage keeps its contents and is not compared. The
/// results differ by more than the shift if a register of t' is not as in shift(t, x), or if
/// what lies at some virtual address, seen through the two windows before the step, differs.
///
/// A machine without `shift` cannot relocate: the claim is vacuous, and its proof says so.
struct LocationSensitive: Definition {
  var mode: Mode
  var claim: String { "not location sensitive" }
  var relation: Relation { .shifted }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(
      u.both(u.retires(runs.t), u.retires(runs.tPrime)),
      u.differByMoreThanShift(runs.t, runs.tPrime))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    guard footprints.canShift else { return true }
    guard let footprint = footprints[mode] else { return false }
    if !footprint.canRetire { return true }
    return !footprint.changesWhatShifts && !footprint.influences(outside: []).contains(.moved)
  }
}
