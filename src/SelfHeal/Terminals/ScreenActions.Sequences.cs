using System.Globalization;

namespace SelfHeal.Terminals;

/// <summary>The control sequences.</summary>
internal sealed partial class ScreenActions
{
    public void Sequence(in ControlSequence sequence)
    {
        if (sequence.Intermediate != '\0')
        {
            if (sequence is { Intermediate: '!', Final: 'p' })
            {
                ResetModes();
            }

            return;
        }

        if (sequence.Mark != '\0')
        {
            PrivateSequence(sequence);
        }
        else if (!Moves(sequence) && !Edits(sequence))
        {
            Sets(sequence);
        }
    }

    private bool Moves(in ControlSequence sequence)
    {
        int count = sequence.Number(0, 1);
        switch (sequence.Final)
        {
            case 'A' or 'F':
                MoveTo(Math.Max(_cursor.Row - count, _cursor.Row >= _top ? _top : 0), sequence.Final == 'F' ? 0 : _cursor.Column);
                return true;
            case 'B' or 'E' or 'e':
                MoveTo(Math.Min(_cursor.Row + count, _cursor.Row <= _bottom ? _bottom : _grid.Rows - 1),
                    sequence.Final == 'E' ? 0 : _cursor.Column);
                return true;
            case 'C' or 'a':
                MoveTo(_cursor.Row, _cursor.Column + count);
                return true;
            case 'D':
                MoveTo(_cursor.Row, _cursor.Column - count);
                return true;
            case 'G' or '`':
                MoveTo(_cursor.Row, count - 1);
                return true;
            case 'H' or 'f':
                MoveToLine(count, sequence.Number(1, 1));
                return true;
            case 'd':
                MoveToLine(count, _cursor.Column + 1);
                return true;
            case 'I':
                Tab(Math.Min(count, Columns));
                return true;
            case 'Z':
                int column = _cursor.Column;
                for (; count > 0 && column > 0; count--)
                {
                    column = _tabs.GetViewBetween(0, column - 1).Reverse().FirstOrDefault(0);
                }

                MoveTo(_cursor.Row, column);
                return true;
            default:
                return false;
        }
    }

    // Counts from 1; from the top of the scroll region where the origin is there.
    private void MoveToLine(int line, int column) => MoveTo(
        _cursor.Origin ? Math.Min(_top + line - 1, _bottom) : line - 1, column - 1);

    private bool Edits(in ControlSequence sequence)
    {
        int count = sequence.Number(0, 1);
        switch (sequence.Final)
        {
            case 'J':
                EraseScreen(sequence.Number(0, 0));
                return true;
            case 'K':
                EraseLine(sequence.Number(0, 0));
                return true;
            case 'X':
                _grid.Erase(_cursor.Row, _cursor.Column, count);
                return true;
            case '@':
                _grid.InsertCells(_cursor.Row, _cursor.Column, count);
                return true;
            case 'P':
                _grid.DeleteCells(_cursor.Row, _cursor.Column, count);
                return true;
            case 'L' or 'M' when _cursor.Row >= _top && _cursor.Row <= _bottom:
                if (sequence.Final == 'L')
                {
                    _grid.ScrollDown(_cursor.Row, _bottom, count);
                }
                else
                {
                    _grid.ScrollUp(_cursor.Row, _bottom, count);
                }

                MoveTo(_cursor.Row, 0);
                return true;
            case 'S':
                _grid.ScrollUp(_top, _bottom, count);
                return true;
            case 'T' when sequence.Numbers.Length < 2: // with more numbers it is about the mouse
                _grid.ScrollDown(_top, _bottom, count);
                return true;
            case 'b':
                for (count = Math.Min(count, _grid.Rows * Columns); count > 0; count--)
                {
                    Print(_last);
                }

                return true;
            default:
                return false;
        }
    }

    private void EraseScreen(int what)
    {
        switch (what)
        {
            case 0:
                EraseLine(0);
                _grid.EraseRows(_cursor.Row + 1, _grid.Rows - _cursor.Row - 1);
                break;
            case 1:
                EraseLine(1);
                _grid.EraseRows(0, _cursor.Row);
                break;
            case 2:
                _grid.EraseRows(0, _grid.Rows);
                break;
        }

        _cursor.AtEnd = false;
    }

    private void EraseLine(int what)
    {
        (int first, int count) = what switch
        {
            0 => (_cursor.Column, Columns),
            1 => (0, _cursor.Column + 1),
            2 => (0, Columns),
            _ => (0, 0),
        };
        _grid.Erase(_cursor.Row, first, count);
        _cursor.AtEnd = false;
    }

    private void Sets(in ControlSequence sequence)
    {
        switch (sequence.Final)
        {
            case 'r':
                int top = sequence.Number(0, 1), bottom = Math.Min(sequence.Number(1, _grid.Rows), _grid.Rows);
                if (top < bottom)
                {
                    (_top, _bottom) = (top - 1, bottom - 1);
                    MoveToLine(1, 1);
                }

                break;
            case 's':
                _saved = _cursor;
                break;
            case 'u':
                Restore();
                break;
            case 'g' when sequence.Number(0, 0) == 3:
                _tabs.Clear();
                break;
            case 'g':
                _tabs.Remove(_cursor.Column);
                break;
            case 'h' or 'l':
                foreach (int mode in sequence.Numbers)
                {
                    _inserts = mode == 4 ? sequence.Final == 'h' : _inserts;
                    _linefeedReturns = mode == 20 ? sequence.Final == 'h' : _linefeedReturns;
                }

                break;
            case 'n' when sequence.Number(0, 0) == 5:
                _answer("\e[0n");
                break;
            case 'n' when sequence.Number(0, 0) == 6:
                int line = _cursor.Row - (_cursor.Origin ? _top : 0) + 1;
                _answer(string.Create(CultureInfo.InvariantCulture, $"\e[{line};{_cursor.Column + 1}R"));
                break;
            case 'c' when sequence.Number(0, 0) == 0:
                _answer("\e[?1;2c"); // a VT100 with the advanced video option
                break;
        }
    }

    private void PrivateSequence(in ControlSequence sequence)
    {
        if (sequence.Mark != '?' || sequence.Final is not ('h' or 'l'))
        {
            return;
        }

        bool on = sequence.Final == 'h';
        foreach (int mode in sequence.Numbers)
        {
            switch (mode)
            {
                case 6:
                    _cursor.Origin = on;
                    MoveToLine(1, 1);
                    break;
                case 7:
                    _wraps = on;
                    _cursor.AtEnd &= on;
                    break;
                case 47 or 1047 or 1049:
                    Show(on ? _alternate : _main, withCursor: mode == 1049, erase: mode == 1049 ? on : mode == 1047 && !on);
                    break;
                case 1048 when on:
                    _saved = _cursor;
                    break;
                case 1048:
                    Restore();
                    break;
            }
        }
    }

    private void Show(Grid grid, bool withCursor, bool erase)
    {
        bool toAlternate = grid == _alternate;
        if (withCursor && toAlternate)
        {
            _saved = _cursor;
        }

        if (erase)
        {
            _alternate.EraseRows(0, _alternate.Rows);
        }

        _grid = grid;
        if (withCursor && !toAlternate)
        {
            Restore();
        }
    }
}
