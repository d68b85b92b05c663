import ISACore

/// One single-step case as it stands in its line; names are looked up, nothing is run yet.
struct ConformanceCase {
  struct RegisterValue {
    /// Index into `ConformanceNames.names`.
    var name: Int
    var value: UInt128
  }
  /// Consecutive units from `address` up: a range of `units`.
  struct Run {
    var address: UInt64
    var units: Range<Int>
  }
  struct BlockValue {
    /// Index into `ConformanceNames.blockLists`.
    var list: Int
    var address: UInt64
    var value: UInt64
  }
  /// Registers, memory and block lists as a case states them.
  struct State {
    var registers: [RegisterValue] = []
    var memory: [Run] = []
    var blocks: [BlockValue] = []

    mutating func removeAll() {
      registers.removeAll(keepingCapacity: true)
      memory.removeAll(keepingCapacity: true)
      blocks.removeAll(keepingCapacity: true)
    }
  }

  var isa = ""
  var name = ""
  var bytes = ""
  var tags: [String] = []
  /// nil: the step retires.
  var trap: String?
  var before = State()
  var after = State()
  var mask = State()
  /// State of the environment, in the record that has one.
  var environment = State()
  var isEnvironment = false
  /// The memory units that the runs refer to.
  var units: [UInt128] = []
  /// The first register name that the description does not know.
  var unknownName: String?

  private mutating func removeAll() {
    isa = ""
    name = ""
    bytes = ""
    trap = nil
    isEnvironment = false
    unknownName = nil
    tags.removeAll(keepingCapacity: true)
    before.removeAll()
    after.removeAll()
    mask.removeAll()
    environment.removeAll()
    units.removeAll(keepingCapacity: true)
  }

  /// Reads the next line.
  mutating func read(
    _ reader: inout JSONReader, vocabulary: ConformanceVocabulary
  ) throws(JSONReader.Fault) {
    removeAll()
    var isBeforeSeen = false
    var isAfterSeen = false
    try reader.object { (reader, key) throws(JSONReader.Fault) in
      switch vocabulary.key(reader.bytes, key) {
      case .isa: isa = try reader.string()
      case .name: name = try reader.string()
      case .bytes: bytes = try reader.string()
      case .trap: trap = try reader.optionalString()
      case .tags:
        try reader.array { (reader) throws(JSONReader.Fault) in tags.append(try reader.string()) }
      case .before:
        isBeforeSeen = true
        try readState(&reader, into: \.before, vocabulary)
      case .after:
        isAfterSeen = true
        try readState(&reader, into: \.after, vocabulary)
      case .mask: try readState(&reader, into: \.mask, vocabulary)
      case .environment:
        isEnvironment = true
        try readEnvironment(&reader, vocabulary)
      case nil:
        // What stands beside `before` and has a name in the description belongs to it: `cpl`.
        let isName = try readRegister(&reader, key, into: \.before, vocabulary)
        if !isName { try reader.skipValue() }
      }
    }
    try reader.expectEnd()
    if !isEnvironment && !(isBeforeSeen && isAfterSeen) {
      throw reader.fault("a case needs \"before\" and \"after\"")
    }
  }

  private mutating func readState(
    _ reader: inout JSONReader, into state: WritableKeyPath<ConformanceCase, State>,
    _ vocabulary: ConformanceVocabulary
  ) throws(JSONReader.Fault) {
    try reader.object { (reader, key) throws(JSONReader.Fault) in
      if vocabulary.isMemory(reader.bytes, key) {
        try readMemory(&reader, into: state, vocabulary)
      } else if let list = vocabulary.blockList(reader.bytes, key) {
        try reader.array { (reader) throws(JSONReader.Fault) in
          try reader.expect("[")
          let address = try reader.unsigned()
          try reader.expect(",")
          let value = try reader.hexadecimalString()
          try reader.expect("]")
          self[keyPath: state].blocks.append(
            BlockValue(list: list, address: address, value: UInt64(truncatingIfNeeded: value)))
        }
      } else if vocabulary.isRegisters(reader.bytes, key) {
        try reader.object { (reader, key) throws(JSONReader.Fault) in
          let isName = try readRegister(&reader, key, into: state, vocabulary)
          if !isName {
            note(unknown: key, reader)
            try reader.skipValue()
          }
        }
      } else {
        note(unknown: key, reader)
        try reader.skipValue()
      }
    }
  }

  /// Reads the value of a name, or the values of a list. False: the description has no such name,
  /// and nothing has been read.
  private mutating func readRegister(
    _ reader: inout JSONReader, _ key: Range<Int>,
    into state: WritableKeyPath<ConformanceCase, State>, _ vocabulary: ConformanceVocabulary
  ) throws(JSONReader.Fault) -> Bool {
    if let name = vocabulary.register(reader.bytes, key) {
      let value = try reader.hexadecimalStringOrNumber()
      self[keyPath: state].registers.append(RegisterValue(name: name, value: value))
      return true
    }
    guard let list = vocabulary.list(reader.bytes, key) else { return false }
    var names = list.names
    _ = reader.peek()
    let start = reader.position
    try reader.array { (reader) throws(JSONReader.Fault) in
      _ = reader.peek()
      let place = reader.position
      let value = try reader.hexadecimalStringOrNumber()
      guard let name = names.popFirst() else {
        throw reader.fault("\(list.name) has \(list.names.count) values", at: place)
      }
      self[keyPath: state].registers.append(RegisterValue(name: name, value: value))
    }
    if !names.isEmpty {
      throw reader.fault("\(list.name) has \(list.names.count) values", at: start)
    }
    return true
  }

  private mutating func note(unknown key: Range<Int>, _ reader: JSONReader) {
    if unknownName == nil {
      unknownName = String(
        decoding: UnsafeBufferPointer(rebasing: reader.bytes[key]), as: UTF8.self)
    }
  }

  /// `[[address, "hex digits"], …]`
  private mutating func readMemory(
    _ reader: inout JSONReader, into state: WritableKeyPath<ConformanceCase, State>,
    _ vocabulary: ConformanceVocabulary
  ) throws(JSONReader.Fault) {
    let digits = vocabulary.digitsOfUnit
    try reader.array { (reader) throws(JSONReader.Fault) in
      try reader.expect("[")
      let address = try reader.unsigned()
      try reader.expect(",")
      let range = try reader.stringRange()
      try reader.expect("]")
      guard range.count % digits == 0 else {
        throw reader.fault("\(digits) hexadecimal digits make a unit", at: range.lowerBound)
      }
      let first = units.count
      var digit = range.lowerBound
      while digit < range.upperBound {
        guard let unit = reader.hexadecimal(digit..<(digit + digits)) else {
          throw reader.fault("not a hexadecimal digit", at: digit)
        }
        units.append(unit)
        digit += digits
      }
      self[keyPath: state].memory.append(Run(address: address, units: first..<units.count))
    }
  }

  /// The environment: memory and registers side by side, and notes, which are passed over.
  private mutating func readEnvironment(
    _ reader: inout JSONReader, _ vocabulary: ConformanceVocabulary
  ) throws(JSONReader.Fault) {
    try reader.object { (reader, key) throws(JSONReader.Fault) in
      if vocabulary.isMemory(reader.bytes, key) {
        try readMemory(&reader, into: \.environment, vocabulary)
      } else {
        let isName = try readRegister(&reader, key, into: \.environment, vocabulary)
        if !isName { try reader.skipValue() }
      }
    }
  }
}

/// The words that cases are written in, as bytes: the fixed keys and the description's names.
struct ConformanceVocabulary {
  enum Key {
    case isa, name, bytes, before, after, trap, mask, tags, environment
  }

  let names: ConformanceNames
  /// Hexadecimal digits of one unit of memory.
  let digitsOfUnit: Int
  private let registers: [UInt128: Int]
  private let lists: [UInt128: ConformanceNames.List]
  private let blockLists: [UInt128: Int]
  private let keys: [UInt128: Key]
  private static let memoryKey = pack("mem".utf8)
  private static let registersKey = pack("regs".utf8)

  init(_ names: ConformanceNames, unitWidth: Int) {
    self.names = names
    digitsOfUnit = (unitWidth + 3) / 4
    registers = Dictionary(
      names.names.enumerated().map {
        (ConformanceVocabulary.pack($0.element.name.utf8), $0.offset)
      },
      uniquingKeysWith: { first, _ in first })
    lists = Dictionary(
      names.lists.map { (ConformanceVocabulary.pack($0.name.utf8), $0) },
      uniquingKeysWith: { first, _ in first })
    blockLists = Dictionary(
      names.blockLists.enumerated().map {
        (ConformanceVocabulary.pack($0.element.name.utf8), $0.offset)
      }, uniquingKeysWith: { first, _ in first })
    let words: [(String, Key)] = [
      ("isa", .isa), ("name", .name), ("bytes", .bytes), ("before", .before), ("after", .after),
      ("trap", .trap), ("mask", .mask), ("tags", .tags), ("env", .environment),
    ]
    keys = Dictionary(
      uniqueKeysWithValues: words.map { (ConformanceVocabulary.pack($0.0.utf8), $0.1) })
  }

  /// Up to sixteen bytes as one number, which is much cheaper to look up than a string; of longer
  /// words all bytes are stirred in.
  private static func pack(_ bytes: some Sequence<UInt8>) -> UInt128 {
    var value: UInt128 = 0
    for byte in bytes { value = (value << 8 | value >> 120) ^ UInt128(byte) }
    return value
  }

  @inline(__always)
  private func pack(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt128 {
    ConformanceVocabulary.pack(UnsafeBufferPointer(rebasing: bytes[range]))
  }

  func key(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Key? {
    keys[pack(bytes, range)]
  }

  /// Index into `ConformanceNames.names`.
  func register(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    registers[pack(bytes, range)]
  }

  func list(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> ConformanceNames.List? {
    lists.isEmpty ? nil : lists[pack(bytes, range)]
  }

  /// Index into `ConformanceNames.blockLists`.
  func blockList(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    blockLists.isEmpty ? nil : blockLists[pack(bytes, range)]
  }

  func isMemory(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    pack(bytes, range) == ConformanceVocabulary.memoryKey
  }

  func isRegisters(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    pack(bytes, range) == ConformanceVocabulary.registersKey
  }
}
