/// Our readings of the paper's definitions, printed with every report.
public enum Readings {
  public static let all: [String] = [
    "A state is in one of the two modes of the chosen pair; more than two modes are classified pair by pair.",
    "All trap outcomes are excluded from the sensitivity relations, not memory traps alone: any trap gives the monitor control.",
    "A privileged instruction may still raise operand checks in supervisor mode; it may not privilege-trap there.",
    "Resources, timers and devices extend the paper; the strict reading leaves them out.",
    "Control sensitive means that mode, map or (extended) other owned state has another value after than before.",
    "What a mode-sensitive instruction leaves different in the mode alone is not counted.",
    "A machine that cannot relocate has no location-sensitive instruction; the claim is then vacuous.",
    "What lies at a virtual address moves along with the map; real storage outside the map keeps its contents and is not compared.",
    "Storage that has a role of its own, or that is absent, is not reached through translation: such an access is taken for a memory trap. Whether the machine sees to that is a precondition.",
    "An instruction that goes on as another one (EXECUTE) is compared by the bits it performs; the subject's verdict is the subject's own.",
    "Pure mode sensitivity and timing never make an instruction user sensitive.",
    "Timing alone does not violate Theorem 1; it violates Theorem 2.",
    "An assumption binds only the real machine: it can make an instruction privileged, never innocuous.",
    "Conditionally privileged counts as privileged in the theorems, for the monitor sets the assumption up.",
    "Verdicts are given for the default choices; where another choice answers differently, the answer says so. A choice that takes the instruction away is no answer.",
    "A value that the manual leaves open is the same in both runs of a comparison; a difference that needs a particular such value is no finding.",
    "Verdicts quantify over all states that meet the invariants, and over all operands that can be encoded.",
  ]
}
