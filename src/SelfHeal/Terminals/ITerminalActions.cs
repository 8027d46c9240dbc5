using System.Text;

namespace SelfHeal.Terminals;

/// <summary>What the bytes that a program writes to a terminal ask for.</summary>
internal interface ITerminalActions
{
    void Print(Rune rune);

    /// <param name="control">Below 0x20.</param>
    void Control(byte control);

    /// <summary>ESC, an optional intermediate character (0 for none), and a final one.</summary>
    void Escape(char intermediate, char final);

    void Sequence(in ControlSequence sequence);
}
