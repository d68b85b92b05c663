import ISACore

/// **Hole**: for some reachable virtual state v and r = f(v), a user-mode state in which the
/// monitor's assumptions hold: step(i, r) retires, and step(i, v) does not, or f of its result is
/// not the real result. v is virtually in either mode.
///
/// f is the machine's `monitor` block. Bits that stand *direct* are the same in v and r, and are
/// all that a monitor copies back. Bits that are *owned* are the monitor's in r: whatever they are,
/// the step must leave them alone. Bits that are *mapped* are in r what f computes from v, and must
/// be after the step what f computes from v's result. Of owned and mapped bits alike the guest's
/// value is kept aside, so that what v's step does to it is lost: a change is a difference, though
/// f may not show it (a virtual mode is not seen in the real one). A unit of v's storage, below the
/// extent of the allocation, lies `origin` further in r, and so does what is *attached* to it;
/// everything else in r's storage is the monitor's, past the translation too. Where mappings are
/// installed one by one, r may lack some, and what it has is right: a memory trap that r alone
/// takes is no hole, for the monitor installs and tries again. What the monitor *keeps* lies in r
/// where the block says, whatever v has there: an instruction that looks into the processor's own
/// tables finds the monitor's.
struct Hole: Definition {
  /// The virtual mode.
  var mode: Mode
  var claim: String { Evidence.hole }
  var relation: Relation { .mapped }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(
      u.retires(runs.tPrime),
      u.either(
        u.traps(runs.t, as: Set(TrapClass.allCases)),
        u.both(u.retires(runs.t), u.differUnderMap(runs.t, runs.tPrime))))
  }

  /// Nothing that stands otherwise than direct is changed, or decides anything: in the typing that
  /// is what moves.
  func isRuledOut(by footprints: Footprints) -> Bool {
    if let open = footprints.open, !open.changesWhatShifts,
      !open.influences(outside: []).contains(.moved), !open.trapLabels.contains(.moved)
    {
      return true
    }
    return footprints.user.map { !$0.canRetire } ?? false
  }
}
