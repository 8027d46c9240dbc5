using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfHeal.Diagnosis;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reschedule;

/// <summary>Why a server fails: in this window of one thread, another thread must not do what it did.</summary>
/// <param name="First">The window's first operation.</param>
/// <param name="Last">Its last one.</param>
/// <param name="Interrupted">Where in it the thread was switched out in the failing run; probes confirmed it.</param>
/// <param name="Functions">Where its operations between the two are, each function once, in this order.</param>
/// <param name="Others">What other threads did meanwhile in the failing run: those on the same objects, else the first and last.</param>
/// <param name="Failure">How it failed, one sentence.</param>
/// <param name="CrashStack">Where it crashed; empty: it did not.</param>
public sealed partial record ProbeExplanation(
    ExplainedOperation First, ExplainedOperation Last, ExplainedOperation Interrupted, IReadOnlyList<string> Functions,
    IReadOnlyList<ExplainedOperation> Others, string Failure, IReadOnlyList<StackFrame> CrashStack)
{
    private const int Shown = 20; // functions between the two

    /// <summary>The failing run around the window.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>At most 17 lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Thread {First.Thread} must not be switched out\n  from where it {First.Text}\n    at {Brief(First.Stack)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  to where it {Last.Text}\n    at {Brief(Last.Stack)}\n");
        if (Functions.Count > 0)
        {
            string more = Functions.Count > Shown ? $" and {Functions.Count - Shown} more" : "";
            text.Append(CultureInfo.InvariantCulture, $"  by way of {string.Join(", ", Functions.Take(Shown))}{more}\n");
        }

        if (Interrupted.Place != First.Place && Interrupted.Place != Last.Place)
        {
            text.Append(CultureInfo.InvariantCulture, $"  as happened where it {Interrupted.Text}\n    at {Brief(Interrupted.Stack)}\n");
        }

        foreach (ExplainedOperation other in Others)
        {
            text.Append(CultureInfo.InvariantCulture, $"  meanwhile thread {other.Thread} {other.Text}\n    at {Brief(other.Stack)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {Failure}");
        if (CrashStack.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    at {Brief(CrashStack)}");
        }

        return text.ToString();
    }

    /// <summary>The innermost of the program's functions that is not a header's, without place and parameters.</summary>
    internal static string Function(IReadOnlyList<StackFrame> stack)
    {
        string[] words = Brief(stack, 1).Split(' ');
        return string.Join(' ', words.Length > 1 ? words[..^1] : words);
    }

    /// <summary>Functions without their parameters: servers in C++ have long ones.</summary>
    internal static string Brief(IReadOnlyList<StackFrame> stack, int shown = 7) =>
        Parameters().Replace(ExplainedOperation.Short(stack, shown), "");

    [GeneratedRegex(@"\((?>[^()]+|\((?<open>)|\)(?<-open>))*(?(open)(?!))\)( const)?(?= |$)")]
    private static partial Regex Parameters();
}
