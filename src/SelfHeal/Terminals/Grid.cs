using System.Globalization;
using System.Text;

namespace SelfHeal.Terminals;

/// <summary>The cells of a screen, and what moves and erases them. Positions count from 0 and must be inside.</summary>
internal sealed class Grid
{
    private Cell[][] _rows;

    public Grid(int rows, int columns)
    {
        Columns = columns;
        _rows = [.. Enumerable.Range(0, rows).Select(_ => new Cell[columns])];
    }

    public int Rows => _rows.Length;

    public int Columns { get; private set; }

    public Cell this[int row, int column] => _rows[row][column];

    /// <summary>Puts a character there; a wide one must fit. What it covers half of becomes blank.</summary>
    public void Put(int row, int column, Rune rune, int width)
    {
        Cell[] cells = _rows[row];
        int last = column + width - 1;
        if (cells[column].IsRightHalf)
        {
            cells[column - 1] = Cell.Blank;
        }

        if (cells[last].IsWide)
        {
            cells[last + 1] = Cell.Blank;
        }

        cells[column] = new Cell(rune.Value, null, (byte)width);
        if (width == 2)
        {
            cells[last] = Cell.RightHalf;
        }
    }

    /// <summary>Adds a combining character to the one there.</summary>
    public void Mark(int row, int column, Rune rune)
    {
        Cell[] cells = _rows[row];
        column -= cells[column].IsRightHalf ? 1 : 0;
        Cell cell = cells[column];
        if ((cell.Marks?.Length ?? 0) < Cell.MarksKept)
        {
            cells[column] = cell with { Rune = cell.Rune == 0 ? ' ' : cell.Rune, Marks = cell.Marks + rune };
        }
    }

    public void Erase(int row, int column, int count)
    {
        _rows[row].AsSpan(column, Math.Min(count, Columns - column)).Clear();
        Repair(row);
    }

    public void EraseRows(int first, int count)
    {
        for (int row = first; row < first + count; row++)
        {
            Array.Clear(_rows[row]);
        }
    }

    public void InsertCells(int row, int column, int count)
    {
        Span<Cell> rest = _rows[row].AsSpan(column);
        count = Math.Min(count, rest.Length);
        rest[..^count].CopyTo(rest[count..]);
        rest[..count].Clear();
        Repair(row);
    }

    public void DeleteCells(int row, int column, int count)
    {
        Span<Cell> rest = _rows[row].AsSpan(column);
        count = Math.Min(count, rest.Length);
        rest[count..].CopyTo(rest);
        rest[^count..].Clear();
        Repair(row);
    }

    /// <summary>Moves the rows from top to bottom (inclusive) up; blank rows come in at the bottom.</summary>
    public void ScrollUp(int top, int bottom, int count)
    {
        for (count = Math.Min(count, bottom - top + 1); count > 0; count--)
        {
            Cell[] gone = _rows[top];
            Array.Copy(_rows, top + 1, _rows, top, bottom - top);
            Array.Clear(gone);
            _rows[bottom] = gone;
        }
    }

    /// <summary>Moves the rows from top to bottom (inclusive) down; blank rows come in at the top.</summary>
    public void ScrollDown(int top, int bottom, int count)
    {
        for (count = Math.Min(count, bottom - top + 1); count > 0; count--)
        {
            Cell[] gone = _rows[bottom];
            Array.Copy(_rows, top, _rows, top + 1, bottom - top);
            Array.Clear(gone);
            _rows[top] = gone;
        }
    }

    /// <summary>Another size; `dropped` rows go away at the top first.</summary>
    public void Resize(int rows, int columns, int dropped)
    {
        var resized = new Cell[rows][];
        for (int row = 0; row < rows; row++)
        {
            resized[row] = new Cell[columns];
            if (row + dropped < _rows.Length)
            {
                _rows[row + dropped].AsSpan(0, Math.Min(Columns, columns)).CopyTo(resized[row]);
            }
        }

        _rows = resized;
        Columns = columns;
        for (int row = 0; row < rows; row++)
        {
            Repair(row);
        }
    }

    /// <summary>A row's text without the blanks at its end.</summary>
    public string Text(int row)
    {
        var text = new StringBuilder(Columns);
        foreach (Cell cell in _rows[row].Where(cell => !cell.IsRightHalf))
        {
            text.Append(CultureInfo.InvariantCulture, $"{new Rune(cell.Rune == 0 ? ' ' : cell.Rune)}{cell.Marks}");
        }

        return text.ToString().TrimEnd(' ');
    }

    /// <summary>Blanks the halves of wide characters whose other half is gone.</summary>
    private void Repair(int row)
    {
        Cell[] cells = _rows[row];
        for (int column = 0; column < cells.Length; column++)
        {
            bool lone = cells[column].IsRightHalf
                ? column == 0 || !cells[column - 1].IsWide
                : cells[column].IsWide && (column + 1 == cells.Length || !cells[column + 1].IsRightHalf);
            if (lone)
            {
                cells[column] = Cell.Blank;
            }
        }
    }
}
