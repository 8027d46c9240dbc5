using SelfHeal.Diagnosis;

namespace SelfHeal.Cli.Output;

/// <summary>Call stacks, one frame a line.</summary>
internal static class Stacks
{
    public static void Write(IReadOnlyList<StackFrame> stack, string indent)
    {
        foreach (StackFrame frame in stack)
        {
            Console.Out.WriteLine($"{indent}{frame}{Module(frame)}");
            if (frame.IsMain)
            {
                return;
            }
        }
    }

    private static string Module(StackFrame frame) =>
        frame.Module is null || frame.Locations.Count == 0 || frame.Offset == 0 ? "" : $" ({frame.Module}+0x{frame.Offset:x})";
}
