namespace SelfHeal.Terminals;

/// <summary>Where the next character goes, and what ESC 7 saves with it.</summary>
internal struct Cursor
{
    public int Row, Column;

    /// <summary>The last column was written: the next character goes to the next row.</summary>
    public bool AtEnd;

    /// <summary>Rows count from the top of the scroll region, and the cursor stays in it.</summary>
    public bool Origin;

    /// <summary>Which of the two character sets is in use.</summary>
    public int CharacterSet;

    /// <summary>Bit n: set n shows lines and boxes in place of small letters.</summary>
    public int Graphics;
}
