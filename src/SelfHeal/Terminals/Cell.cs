namespace SelfHeal.Terminals;

/// <summary>One column of one row.</summary>
/// <param name="Rune">The character's code point; 0 for a blank.</param>
/// <param name="Marks">Combining characters behind it, or null.</param>
/// <param name="Width">2: the left half of a wide character; 0: its right half, or a blank; else 1.</param>
internal readonly record struct Cell(int Rune, string? Marks, byte Width)
{
    /// <summary>More combining characters than this are dropped.</summary>
    public const int MarksKept = 8;

    public bool IsRightHalf => Rune == -1;

    public bool IsWide => Width == 2;

    public static Cell Blank => default;

    public static Cell RightHalf => new(-1, null, 0);
}
