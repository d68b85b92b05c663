import ISACore

/// Which units an installation has: those of the `device` item, and a disk for each that is set up.
struct S360Installation {
  private var units: [(address: Int, kind: Kind)] = []
  private let setup: DeviceSetup
  private let binding: DeviceBinding

  private enum Kind: String, CaseIterable {
    case typewriter = "typewriter_1052"
    case reader = "reader_2540"
    case punch = "punch_2540"
    case printer = "printer_1403"
    case disk = "disk_2311"
  }

  /// As addresses are written: three hexadecimal digits.
  static func name(_ address: Int) -> String {
    let digits = String(address, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  init(_ binding: DeviceBinding, _ setup: DeviceSetup) throws(DeviceError) {
    self.setup = setup
    self.binding = binding
    for attachment in binding.attachments {
      guard
        let kind = Kind.allCases.first(where: {
          attachment.key == $0.rawValue || attachment.key.hasPrefix($0.rawValue + "_")
        })
      else { continue }
      guard case .number(let number) = attachment.value, let address = Int(exactly: number),
        address < 0x700
      else {
        throw DeviceError(
          "device \(binding.name): '\(attachment.key)' is the address of a unit, 0x000 to 0x6FF",
          at: attachment.span)
      }
      try add(address, kind, at: attachment.span)
    }
    for address in setup.disks.keys.sorted() where kind(at: address) == nil {
      guard (0..<0x700).contains(address) else {
        throw DeviceError("no unit has the address \(S360Installation.name(address))")
      }
      try add(address, .disk, at: binding.span)
    }
    try check(setup.decks.keys, .reader, "a card deck")
    try check(setup.typedLines.keys, .typewriter, "typed lines")
    try check(setup.disks.keys, .disk, "a disk")
  }

  private func kind(at address: Int) -> Kind? { units.first { $0.address == address }?.kind }

  private mutating func add(
    _ address: Int, _ kind: Kind, at span: SourceSpan
  ) throws(DeviceError) {
    guard self.kind(at: address) == nil else {
      throw DeviceError(
        "device \(binding.name): two units have the address \(S360Installation.name(address))",
        at: span)
    }
    units.append((address, kind))
  }

  private func check(
    _ addresses: some Sequence<Int>, _ kind: Kind, _ what: String
  ) throws(DeviceError) {
    for address in addresses.sorted() where self.kind(at: address) != kind {
      throw DeviceError(
        "\(what) is given for \(S360Installation.name(address)), no \(kind.rawValue)")
    }
  }

  /// In the order of their addresses, which is that of their priority.
  func ports() throws(DeviceError) -> [Port] {
    let allowance = OutputAllowance(setup)
    var ports: [Port] = []
    for (address, kind) in units.sorted(by: { $0.address < $1.address }) {
      ports.append(Port(address: address, unit: try unit(address, kind, allowance)))
    }
    return ports
  }

  private func unit(
    _ address: Int, _ kind: Kind, _ allowance: OutputAllowance
  ) throws(DeviceError) -> any Unit {
    let name = S360Installation.name(address)
    switch kind {
    case .typewriter:
      var lines = setup.typedLines[address] ?? []
      if let text = setup.inputs[name] {
        lines += String(decoding: text, as: UTF8.self).split(
          separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        if lines.last == "" { lines.removeLast() }
      }
      return Typewriter1052(name, lines: lines, allowance)
    case .reader:
      var deck = setup.decks[address]
      if deck == nil, let contents = setup.inputs[name] { deck = try CardDeck(contents: contents) }
      return Reader2540(deck: deck)
    case .punch: return Punch2540(name, allowance)
    case .printer: return Printer1403(name, allowance)
    case .disk: return Disk2311(name, setup.disks[address])
    }
  }
}
