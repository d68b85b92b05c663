import Devices
import ISACore
import Library
import Machine
import Testing

@Suite("A processor with its devices")
struct SystemTests {
  @Test("every model of the registry has a name that a description can write")
  func models() {
    #expect(DeviceRegistry.models.contains("terminal"))
    #expect(DeviceRegistry.models.allSatisfy { !$0.isEmpty && !$0.contains(" ") })
  }
}
