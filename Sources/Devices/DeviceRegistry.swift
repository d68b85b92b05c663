import ISACore
import Machine

/// What is loaded into or connected to the devices of one machine.
public struct DeviceSetup: Sendable {
  public var outputLimit = OutputLimit()
  /// By the name under which a device asks for it (`console`; `00C`, `009` for a unit's address):
  /// what a person has put in before the machine starts.
  public var inputs: [String: [UInt8]] = [:]
  /// By unit (channel and device, 0x00C): the cards in a reader's hopper.
  public var decks: [Int: CardDeck] = [:]
  /// By unit: the lines that the operator will type.
  public var typedLines: [Int: [String]] = [:]
  /// By unit: the disk pack, or the part of one, that is mounted.
  public var disks: [Int: DiskPartition] = [:]
  /// Is told of every piece of text as it leaves a device, with the name of its output.
  public var onOutput: (@Sendable (_ name: String, _ bytes: [UInt8]) -> Void)?
  /// A mistake to be made.
  public var mutation: DeviceMutation?

  public init() {}
}

/// A device that cannot be set up.
public struct DeviceError: Error, Sendable, CustomStringConvertible {
  public var message: String
  /// The line of the description that asks for it, where there is one.
  public var span: SourceSpan?

  public init(_ message: String, at span: SourceSpan? = nil) {
    self.message = message
    self.span = span
  }

  public var description: String { message }
}

/// The models by name, as `device` items name them.
public enum DeviceRegistry {
  public typealias Maker = @Sendable (DeviceBinding, DeviceSetup) throws(DeviceError) -> any Device

  static let makers: [String: Maker] = [
    "cells": { binding, setup throws(DeviceError) in try CellConsole(binding, setup) },
    "s360-channels": { binding, setup throws(DeviceError) in try S360Channels(binding, setup) },
    "terminal": { binding, setup throws(DeviceError) in try Terminal(binding, setup) },
  ]

  /// The names of all models, in alphabetical order.
  public static var models: [String] { makers.keys.sorted() }

  /// The devices of a machine, in the order of its description.
  public static func devices(
    of isa: InstructionSet, _ setup: DeviceSetup
  ) throws(DeviceError) -> [any Device] {
    var devices: [any Device] = []
    for binding in isa.devices {
      guard let maker = makers[binding.model] else {
        throw DeviceError(
          "device \(binding.name): no model '\(binding.model)'; there are "
            + models.joined(separator: ", "), at: binding.span)
      }
      devices.append(try maker(binding, setup))
    }
    return devices
  }
}

/// Bits of a register that a device shares with the processor.
struct DeviceRegister: Sendable {
  let register: RegisterID
  private(set) var low: Int
  private(set) var width: Int

  init(_ key: String, of binding: DeviceBinding) throws(DeviceError) {
    guard case .register(let register, let low, let width) = binding[key] else {
      throw DeviceError(
        "device \(binding.name): a \(binding.model) needs a register as '\(key)'",
        at: binding.span)
    }
    self.register = register
    self.low = low
    self.width = width
  }

  /// Its `count` leftmost bits, or all if it has no more.
  func leading(_ count: Int) -> DeviceRegister {
    var leading = self
    leading.low += max(0, width - count)
    leading.width = min(width, count)
    return leading
  }

  func value(in machine: Machine, _ element: Int = 0) -> UInt128 {
    machine.bits(register, element, low: low, width: width)
  }

  func set(_ value: UInt128, in machine: Machine, _ element: Int = 0) {
    machine.setBits(register, element, low: low, width: width, value)
  }
}
