/// Where the paper leaves a reading open, or real machines go beyond its model, what we decided.
///
/// Printed with every report: a verdict means nothing without them.
public enum Readings {
  public struct Reading: Sendable {
    /// Two or three words.
    public let title: String
    /// Starts in lower case, ends with a full stop.
    public let text: String
  }

  public static let all = [
    Reading(
      title: "Privileged",
      text:
        "in user mode it never retires, some state retires in supervisor mode and traps in user "
        + "mode (memory traps aside), and supervisor mode never raises a privilege trap. It may "
        + "still raise operand checks there: the paper\u{2019}s stricter wording would rule out every "
        + "real load-status instruction."),
    Reading(
      title: "Traps and sensitivity",
      text:
        "every trap outcome is excluded from the sensitivity relations, not memory traps alone. "
        + "A trap gives the monitor control; otherwise a supervisor call, which changes the mode "
        + "by trapping, would refute every machine. One exception: where the user-mode run "
        + "retires and the supervisor-mode run takes a trap that is no memory trap, the "
        + "instruction is mode sensitive."),
    Reading(
      title: "Strict and extended",
      text:
        "strict counts mode and map alone, as in the paper. Extended adds what real machines "
        + "have besides: resources (interrupt masks, table registers), timers and devices."),
    Reading(
      title: "Timing",
      text:
        "reading a clock alone does not violate Theorem 1; it violates Theorem 2, whose monitor "
        + "must run without timing dependences."),
    Reading(
      title: "User sensitive",
      text:
        "control, location, resource or device sensitive from a state in user mode. Mode "
        + "sensitivity compares two modes and never counts: a hybrid monitor runs directly only "
        + "what is virtually in user mode."),
    Reading(
      title: "All states",
      text:
        "sensitivity ranges over every reachable state, for the virtual machine may be in any of "
        + "them. An assumption binds the real machine only, so it enters one question alone: "
        + "whether the instruction traps there."),
    Reading(
      title: "Gates",
      text:
        "a resource that decides only whether an instruction retires or traps makes it no more "
        + "sensitive; it obliges the monitor to preserve the decision, and is listed."),
    Reading(
      title: "Operands",
      text:
        "verdicts are computed for every form of an instruction, and where operand fields decide, "
        + "the report says which. An instruction is privileged if every form of it that can "
        + "retire is, and sensitive if some form is. Forms that differ only in how they make an "
        + "operand\u{2019}s address are answered for by the one whose address is a field."),
    Reading(
      title: "Performing",
      text:
        "an instruction that goes on as another (EXECUTE) retires thereby; what the other one does "
        + "is the other one\u{2019}s verdict."),
    Reading(
      title: "Storage with a role of its own",
      text:
        "a timer or a table in storage is not reached through the map: such an access, like one to "
        + "storage that is absent, is taken for a memory trap. Whether the machine sees to that is a "
        + "precondition, and no property of each load and store."),
    Reading(
      title: "Relocation",
      text:
        "what lies at a virtual address moves along with the map; the rest of real storage keeps its "
        + "contents and is not compared. Where nothing can be relocated, nothing is location sensitive."
    ),
    Reading(
      title: "Tables in storage",
      text:
        "what a translation looks up in storage is map, whatever else lies there, and no access "
        + "through the translation reaches it. Where such tables decide, one state is another one "
        + "shifted if every address that is mapped in both lies one distance further. What an access "
        + "leaves there (referenced and modified bits) is the access\u{2019}s, and no change of the map."
    ),
    Reading(
      title: "Holes",
      text:
        "an instruction is a hole if a guest can execute it on the real machine and not get what its "
        + "own machine would have given. Of what does not stand direct under the monitor\u{2019}s map "
        + "the guest\u{2019}s value is kept aside: an untrapped change of it is lost. A memory trap "
        + "of the real machine alone is no hole. What a translation makes of an address is taken to be "
        + "right, for a monitor checks each mapping that it makes."),
    Reading(
      title: "Choices and open values",
      text:
        "verdicts are given for the default choices, and say so where another choice answers "
        + "otherwise. A value that the manual leaves open is the same in both runs of a comparison; a "
        + "difference that needs a particular one is no finding."),
  ]
}
