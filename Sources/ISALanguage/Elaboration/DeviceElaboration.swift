import ISACore

/// Devices: which model stands outside, and what the processor shares with it.
extension Elaborator {
  func elaborateDevices(_ items: [ItemSyntax]) {
    guard items.contains(where: \.isDevice) else { return }
    let regions = regionsByName()
    var earlier: [String: SourceSpan] = [:]
    for item in items {
      guard case .device(let device) = item.kind else { continue }
      if let first = earlier.updateValue(device.name.span, forKey: device.name.text) {
        report(
          Diagnostic(
            .duplicateName, "the device `\(device.name.text)` is declared twice",
            at: device.name.span, notes: [.init("first here", at: first)]))
        continue
      }
      set.devices.append(
        DeviceBinding(
          name: device.name.text, model: device.model.text,
          attachments: attachments(of: device, regions), span: item.span))
    }
  }

  private typealias Regions = [String: DeviceBinding.Attachment.Value]

  private func regionsByName() -> Regions {
    var regions: Regions = [:]
    for (memory, declared) in set.memories.enumerated() {
      for (index, region) in declared.regions.enumerated() {
        regions[region.name] = .region(MemoryID(memory), index)
      }
    }
    return regions
  }

  private func attachments(
    of device: DeviceSyntax, _ regions: Regions
  ) -> [DeviceBinding.Attachment] {
    var earlier: [String: SourceSpan] = [:]
    return device.attachments.compactMap { attachment in
      let key = attachment.key
      if let first = earlier.updateValue(key.span, forKey: key.text) {
        report(
          Diagnostic(
            .duplicateName, "`\(device.name.text)` has two attachments `\(key.text)`",
            at: key.span, notes: [.init("first here", at: first)]))
        return nil
      }
      return value(attachment.value, regions).map {
        .init(key: key.text, value: $0, span: attachment.span)
      }
    }
  }

  private func value(
    _ syntax: ExpressionSyntax, _ regions: Regions
  ) -> DeviceBinding.Attachment.Value? {
    if case .name(let name) = syntax {
      switch symbol(name.text) {
      case .memory(let id)?:
        use(name.text)
        return .memory(id)
      // Without a value, the region's own declaration failed, and was reported.
      case .region?: return regions[name.text]
      case .constant?: return constant(syntax)
      case .choice(let id)?:
        use(name.text)
        return .choice(id)
      case nil:
        reportUnknown(
          name, what: "register, memory or region",
          among: set.registers.map(\.name) + set.memories.map(\.name) + Array(regions.keys))
        return nil
      default: break
      }
    }
    switch syntax {
    case .name, .member, .slice, .index:
      guard let bits = stateBits(syntax) else { return nil }
      use(set.registers[Int(bits.register)].name)
      return .register(bits.register, low: bits.low, width: bits.width)
    default: return constant(syntax)
    }
  }

  private func constant(_ syntax: ExpressionSyntax) -> DeviceBinding.Attachment.Value? {
    guard let number = number(syntax) else { return nil }
    guard let bits = number.bits(width: BitVector.maximumWidth), !number.isNegative else {
      report(
        Diagnostic(.badRange, "a device's numbers count from 0: \(number.text)", at: syntax.span))
      return nil
    }
    return .number(bits)
  }
}

extension ItemSyntax {
  fileprivate var isDevice: Bool {
    if case .device = kind { true } else { false }
  }
}
