using System.Buffers.Binary;
using System.Globalization;
using SelfHeal.Log;

namespace SelfHeal.Schedules;

/// <summary>Who runs next where a thread may be switched out. As text: uniprocessor, random[:PERMILLE],
/// pct[:DEPTH[:LENGTH]], pos.</summary>
public sealed record Policy
{
    private const int MaximumDepth = 1000;

    private Policy(PolicyKind kind) => Kind = kind;

    public PolicyKind Kind { get; }

    /// <summary>random: switches at so many of 1,000 places, on average.</summary>
    public int Permille { get; private init; }

    /// <summary>pct: finds bugs that need up to so many ordered operations.</summary>
    public int Depth { get; private init; }

    /// <summary>pct: places that a run is expected to have; 0: not known. probe: for how many microseconds a thread
    /// stays behind.</summary>
    public long Length { get; private init; }

    /// <summary>What production does: a run without chaos.</summary>
    public static Policy Uniprocessor { get; } = new(PolicyKind.Uniprocessor);

    public static Policy Pos { get; } = new(PolicyKind.Pos);

    /// <summary>Follows the request's schedule.</summary>
    public static Policy Script { get; } = new(PolicyKind.Script);

    /// <summary>The opposite of what the patch's holds ask for: a thread stays behind where one matches. Not for users.</summary>
    /// <param name="microseconds">For how long; 1 to 1,000,000.</param>
    public static Policy Probe(long microseconds = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(microseconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microseconds, 1_000_000);
        return new Policy(PolicyKind.Probe) { Length = microseconds };
    }

    /// <param name="permille">1 to 1,000.</param>
    public static Policy Random(int permille = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permille, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permille, 1000);
        return new Policy(PolicyKind.Random) { Permille = permille };
    }

    /// <param name="depth">1 to 1,000.</param>
    /// <param name="length">Places of a run; 0: not known, chaos measures it.</param>
    public static Policy Pct(int depth = 3, long length = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, MaximumDepth);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new Policy(PolicyKind.Pct) { Depth = depth, Length = length };
    }

    /// <exception cref="SelfHealException">No policy; the message says what one looks like.</exception>
    public static Policy Parse(string text) =>
        TryParse(text, out Policy? policy, out string error) ? policy! : throw new SelfHealException(error);

    /// <param name="text">What <see cref="ToString"/> gives.</param>
    /// <param name="policy">Null where the text is none.</param>
    /// <param name="error">One sentence where the text is none, else empty.</param>
    public static bool TryParse(string text, out Policy? policy, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        policy = null;
        error = "";
        switch (parts)
        {
            case ["uniprocessor"]:
                policy = Uniprocessor;
                break;
            case ["pos"]:
                policy = Pos;
                break;
            case ["random"]:
                policy = Random();
                break;
            case ["random", var permille] when Number(permille, 1, 1000) is { } value:
                policy = Random((int)value);
                break;
            case ["pct"]:
                policy = Pct();
                break;
            case ["pct", var depth] when Number(depth, 1, MaximumDepth) is { } value:
                policy = Pct((int)value);
                break;
            case ["pct", var depth, var length]
                when Number(depth, 1, MaximumDepth) is { } value && Number(length, 1, long.MaxValue) is { } places:
                policy = Pct((int)value, places);
                break;
            default:
                error = parts[0] switch
                {
                    "random" => $"{text} is no policy: random:PERMILLE switches at 1 to 1000 of 1000 places.",
                    "pct" => $"{text} is no policy: pct:DEPTH:LENGTH has a depth of 1 to {MaximumDepth} and, if given, a length in places.",
                    "uniprocessor" or "pos" => $"{text} is no policy: {parts[0]} takes no number.",
                    _ => $"{text} is no policy: uniprocessor, random[:PERMILLE], pct[:DEPTH[:LENGTH]] and pos are.",
                };
                break;
        }

        return policy is not null;
    }

    public override string ToString() => Kind switch
    {
        PolicyKind.Random => $"random:{Permille}",
        PolicyKind.Pct => Length > 0 ? $"pct:{Depth}:{Length}" : $"pct:{Depth}",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Puts the policy into a control page.</summary>
    internal void WriteTo(Span<byte> page)
    {
        BinaryPrimitives.WriteInt32LittleEndian(page[AbiLayout.ControlSchedPolicy..], (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(page[AbiLayout.ControlSchedPermille..], Permille);
        BinaryPrimitives.WriteInt32LittleEndian(page[AbiLayout.ControlSchedDepth..], Depth);
        BinaryPrimitives.WriteInt64LittleEndian(page[AbiLayout.ControlSchedLength..], Length);
    }

    /// <summary>What a control page says; numbers that make no sense become the nearest that do.</summary>
    internal static Policy FromControl(ReadOnlySpan<byte> page)
    {
        int permille = Little.I32(page, AbiLayout.ControlSchedPermille);
        int depth = Little.I32(page, AbiLayout.ControlSchedDepth);
        return (PolicyKind)Little.U32(page, AbiLayout.ControlSchedPolicy) switch
        {
            PolicyKind.Random => Random(permille == 0 ? 100 : Math.Clamp(permille, 1, 1000)),
            PolicyKind.Pct => Pct(depth == 0 ? 3 : Math.Clamp(depth, 1, MaximumDepth), Little.Count(page, AbiLayout.ControlSchedLength)),
            PolicyKind.Pos => Pos,
            PolicyKind.Script => Script,
            PolicyKind.Probe => Probe(Math.Clamp(Little.Count(page, AbiLayout.ControlSchedLength), 1, 1_000_000)),
            _ => Uniprocessor,
        };
    }

    private static long? Number(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value : null;
}
