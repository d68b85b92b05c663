import Devices
import ISACore

/// One line of a guest's file that says what the guest is to be given; see `GuestFile`.
public struct GuestSetting: Sendable, Hashable {
  public enum Kind: String, CaseIterable, Sendable {
    case limit, storage, entry, choice, register, deck, typed, disk
  }

  public let kind: Kind
  /// The unit's address; nil: the first one of its kind.
  public let unit: Int?
  /// The choice's or the register's name; empty for the other kinds.
  public let name: String
  public let text: String
  /// `text`, where the kind wants a number.
  public let number: UInt128
  /// From 1.
  public let line: Int

  /// Whether a paragraph that starts with this line is one of settings: a word, perhaps a second
  /// one, and a colon.
  static func looksLikeOne(_ line: String) -> Bool {
    guard let colon = line.firstIndex(of: ":") else { return false }
    let words = line[..<colon].split(separator: " ")
    guard let key = words.first, words.count <= 2 else { return false }
    return Kind(rawValue: String(key)) != nil
      || words.count == 1 && key.utf8.allSatisfy { (0x61...0x7A).contains($0) }
  }

  init(_ line: String, line number: Int) throws(GuestFileError) {
    self.line = number
    guard let colon = line.firstIndex(of: ":") else {
      throw GuestFileError("expected 'key: value'", line: number)
    }
    let words = line[..<colon].split(separator: " ").map(String.init)
    guard let key = words.first, words.count <= 2, let kind = Kind(rawValue: key) else {
      let known = Kind.allCases.map(\.rawValue)
      let near = Suggestion.closest(to: words.first ?? "", among: known)
      throw GuestFileError(
        "no setting '\(words.joined(separator: " "))'; "
          + (near.map { "write '\($0)'" } ?? "there are \(known.joined(separator: ", "))"),
        line: number)
    }
    self.kind = kind
    text = GuestSetting.trimmed(line[line.index(after: colon)...])
    let detail = words.count == 2 ? words[1] : nil
    switch kind {
    case .limit, .storage, .entry:
      guard detail == nil else { throw GuestFileError("'\(key)' names no unit", line: number) }
      (unit, name) = (nil, "")
    case .choice, .register:
      guard let detail else { throw GuestFileError("expected '\(key) NAME: N'", line: number) }
      (unit, name) = (nil, detail)
    case .deck, .typed, .disk:
      name = ""
      unit = try detail.map { (digits) throws(GuestFileError) in
        guard let unit = GuestSetting.unit(digits) else {
          throw GuestFileError("'\(digits)' is no address of a unit, as 00C is", line: number)
        }
        return unit
      }
    }
    switch kind {
    case .limit, .storage, .entry, .choice, .register, .disk:
      // Only registers may be wider than a count can be, and only some numbers may be zero.
      guard let value = GuestSetting.number(text), kind == .register || value < 1 << 63,
        kind == .register || kind == .choice || kind == .entry || value > 0
      else {
        throw GuestFileError("'\(key)' wants a number, not '\(text)'", line: number)
      }
      self.number = value
    case .deck, .typed:
      guard !text.isEmpty || kind == .typed else {
        throw GuestFileError("'\(key)' wants the name of a file", line: number)
      }
      self.number = 0
    }
  }

  static func trimmed(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }

  /// Decimal, or hexadecimal behind `0x`; without a sign.
  private static func number(_ text: String) -> UInt128? {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    return digits.hasPrefix("+") ? nil : UInt128(digits, radix: isHexadecimal ? 16 : 10)
  }

  /// An address as installations write it: one to three hexadecimal digits.
  public static func unit(_ text: some StringProtocol) -> Int? {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") })
    else { return nil }
    return Int(text, radix: 16).flatMap { $0 >= 0 ? $0 : nil }
  }

  // MARK: The guest

  func apply(
    to guest: inout Guest, of isa: InstructionSet, read: (String) throws -> [UInt8]
  ) throws(GuestFileError) {
    switch kind {
    case .limit: break
    case .entry:
      guard isa.begin != nil else {
        throw GuestFileError("\(isa.id) does not say how a program is begun", line: line)
      }
      guest.entry = UInt64(number)
    case .storage:
      guard let choice = isa.memories[Int(isa.fetch.memory)].sizeChoice else {
        throw GuestFileError("the storage of \(isa.id) has one size only", line: line)
      }
      try set(choice, of: isa, &guest)
    case .choice:
      guard let choice = isa.choices.firstIndex(where: { $0.name == name }) else {
        let near = Suggestion.closest(to: name, among: isa.choices.map(\.name))
        throw GuestFileError(
          "\(isa.id) has no choice '\(name)'" + (near.map { "; write '\($0)'" } ?? ""), line: line)
      }
      try set(ChoiceID(choice), of: isa, &guest)
    case .register: try setRegister(of: isa, &guest)
    case .deck:
      try addDeck(try unit(of: isa, "reader", "a card reader"), &guest, read)
    case .typed:
      guest.setup.typedLines[try unit(of: isa, "typewriter", "a typewriter"), default: []]
        .append(text)
    case .disk:
      let unit = try unit(of: isa, "disk", "a disk")
      guard guest.setup.disks[unit] == nil else {
        throw GuestFileError("this unit has a disk already", line: line)
      }
      do throws(DeviceError) {
        let store = try DiskStore(cylinders: Int(clamping: number))
        guest.setup.disks[unit] = try store.partition(0..<store.cylinders)
      } catch {
        throw GuestFileError(error.message, line: line)
      }
    }
  }

  private func set(
    _ choice: ChoiceID, of isa: InstructionSet, _ guest: inout Guest
  ) throws(GuestFileError) {
    let declared = isa.choices[Int(choice)]
    guard number <= BitVector.mask(declared.width) else {
      throw GuestFileError(
        "\(number) does not fit the \(declared.width) bits of \(declared.name)", line: line)
    }
    guest.choices[choice] = number
  }

  /// `psw`, or an element of a file: `gr[3]`.
  private func setRegister(
    of isa: InstructionSet, _ guest: inout Guest
  ) throws(GuestFileError) {
    let parts = name.split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
    guard let index = isa.registers.firstIndex(where: { $0.name == parts[0] }) else {
      let near = Suggestion.closest(to: String(parts[0]), among: isa.registers.map(\.name))
      throw GuestFileError(
        "\(isa.id) has no register '\(parts[0])'" + (near.map { "; write '\($0)'" } ?? ""),
        line: line)
    }
    let declared = isa.registers[index]
    var element = 0
    if declared.isFile || parts.count == 2 {
      guard parts.count == 2, parts[1].hasSuffix("]"), let number = Int(parts[1].dropLast()),
        (0..<declared.count).contains(number)
      else {
        throw GuestFileError(
          "the elements of \(declared.name) are 0 to \(declared.count - 1)", line: line)
      }
      element = number
    }
    guard number <= BitVector.mask(declared.width) else {
      throw GuestFileError(
        "\(text) does not fit the \(declared.width) bits of \(name)", line: line)
    }
    guest.registers.append((RegisterID(index), element, number))
  }

  private func addDeck(
    _ unit: Int, _ guest: inout Guest, _ read: (String) throws -> [UInt8]
  ) throws(GuestFileError) {
    do {
      let deck = try CardDeck(contents: try read(text))
      guest.setup.decks[unit] = try guest.setup.decks[unit].map { try $0 + deck } ?? deck
    } catch {
      throw GuestFileError("\(text): \(error)", line: line)
    }
  }

  private func unit(
    of isa: InstructionSet, _ kind: String, _ words: String
  ) throws(GuestFileError) -> Int {
    if let unit { return unit }
    guard let unit = GuestSetting.firstUnit(kind, of: isa) else {
      throw GuestFileError("\(isa.id) has no unit that is \(words)", line: line)
    }
    return unit
  }

  /// The unit that a machine's `device` items name first with a key such as `reader_2540`.
  public static func firstUnit(_ kind: String, of isa: InstructionSet) -> Int? {
    for attachment in isa.devices.lazy.flatMap(\.attachments)
    where attachment.key.hasPrefix(kind + "_") {
      if case .number(let number) = attachment.value, let unit = Int(exactly: number) {
        return unit
      }
    }
    return nil
  }
}
