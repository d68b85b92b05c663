/// What a piece of machine state means to Popek and Goldberg's model.
///
/// The paper's state is S = ⟨E, M, P, R⟩; `resource`, `timer` and `device` extend it.
public enum Role: String, CaseIterable, Sendable, Hashable {
  /// E and the general registers: the guest's own.
  case plain
  /// M: what decides supervisor or user.
  case mode
  /// P: the program counter.
  case pc
  /// R: what memory the program reaches (base and bounds, page-table roots, protection keys).
  case map
  /// Other state that a monitor must own: interrupt masks, table registers, debug.
  case resource
  /// Clocks and counters.
  case timer
  /// Input and output.
  case device

  /// Whether the role is the paper's own; the others extend it.
  public var isStrict: Bool {
    switch self {
    case .plain, .mode, .pc, .map: true
    case .resource, .timer, .device: false
    }
  }
}

/// A set of roles.
public struct RoleSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public init(_ role: Role) {
    self.rawValue = 1 << UInt8(Role.allCases.firstIndex(of: role)!)
  }

  public static let plain = RoleSet(.plain)
  public static let mode = RoleSet(.mode)
  public static let pc = RoleSet(.pc)
  public static let map = RoleSet(.map)
  public static let resource = RoleSet(.resource)
  public static let timer = RoleSet(.timer)
  public static let device = RoleSet(.device)

  /// The members, in the order of `Role.allCases`.
  public var roles: [Role] { Role.allCases.filter { contains(RoleSet($0)) } }
}

/// Why a trap was raised, stated where it is raised: vectors are overloaded, definitions are not.
public enum TrapClass: String, CaseIterable, Sendable, Hashable {
  /// Refused because of the mode.
  case privilege
  /// Translation, bounds or protection.
  case memory
  /// Operands, alignment, arithmetic or an undefined encoding.
  case program
  /// Asked for by the program: supervisor call, INT n, Ticc.
  case call
  /// From outside the instruction stream.
  case external
}
