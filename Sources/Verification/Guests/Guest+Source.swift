import ISACore

extension Guest {
  /// Units a line of the text.
  private static let unitsPerLine = 8

  /// Storage that is not zero, by address; where parts overlap, the later one counts.
  public func units(of memory: MemoryID) -> [(address: UInt64, unit: UInt128)] {
    var units: [UInt64: UInt128] = [:]
    for segment in image where segment.memory == memory {
      for (index, unit) in segment.units.enumerated() {
        units[segment.address + UInt64(index)] = unit
      }
    }
    return units.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The guest as assembly text with the comment that `GuestFile` reads, to be kept and run.
  ///
  /// - Parameter choices: what the guest's machine decides where the guest itself does not say.
  public func source(for isa: InstructionSet, choices: [ChoiceID: UInt128] = [:]) -> String {
    var text = "; \(purpose)\n;\n; limit: \(limit)\n"
    if let entry { text += "; entry: 0x\(String(entry, radix: 16, uppercase: true))\n" }
    for (choice, value) in choices.merging(self.choices, uniquingKeysWith: { $1 })
      .sorted(by: { $0.key < $1.key })
    {
      text += "; choice \(isa.choices[Int(choice)].name): \(value)\n"
    }
    for (register, element, value) in registers {
      let declared = isa.registers[Int(register)]
      let place = declared.isFile ? "\(declared.name)[\(element)]" : declared.name
      text += "; register \(place): 0x\(BitVector(value, width: declared.width).hex)\n"
    }
    let width = isa.memories[Int(isa.fetch.memory)].unitWidth
    var line: [String] = []
    var next: UInt64?
    func flush() {
      if !line.isEmpty { text += "        .unit \(line.joined(separator: ", "))\n" }
      line = []
    }
    for (address, unit) in units(of: isa.fetch.memory) {
      if next != address {
        flush()
        text += "\n        .org  0x\(String(address, radix: 16, uppercase: true))\n"
      } else if line.count == Self.unitsPerLine {
        flush()
      }
      line.append("0x\(BitVector(unit, width: width).hex)")
      next = address + 1
    }
    flush()
    return text
  }
}
