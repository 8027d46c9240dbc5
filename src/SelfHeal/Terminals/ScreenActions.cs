using System.Text;

namespace SelfHeal.Terminals;

/// <summary>Does on a grid what the parser read: characters, the cursor, the scroll region, erasing.</summary>
internal sealed partial class ScreenActions : ITerminalActions
{
    // what small letters and their neighbours, from '`' on, show in the set of DEC's lines and boxes
    private const string Graphics = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
    private const int TabWidth = 8;

    private readonly Action<string> _answer;
    private readonly Grid _main, _alternate;
    private readonly SortedSet<int> _tabs = [];
    private Grid _grid;
    private Cursor _cursor, _saved;
    private int _top, _bottom;
    private bool _wraps, _inserts, _linefeedReturns;
    private Rune _last;

    public ScreenActions(int rows, int columns, Action<string> answer)
    {
        _answer = answer;
        _main = _grid = new Grid(rows, columns);
        _alternate = new Grid(rows, columns);
        Reset();
    }

    private int Columns => _grid.Columns;

    public TerminalScreen Snapshot() => new(
        [.. Enumerable.Range(0, _grid.Rows).Select(_grid.Text)], Columns, _cursor.Row, _cursor.Column);

    public void Resize(int rows, int columns)
    {
        int dropped = Math.Max(0, _cursor.Row - rows + 1);
        foreach (Grid grid in new[] { _main, _alternate })
        {
            grid.Resize(rows, columns, grid == _grid ? dropped : 0);
        }

        (_top, _bottom) = (0, rows - 1);
        _cursor.Row -= dropped;
        _cursor.Column = Math.Min(_cursor.Column, columns - 1);
        _cursor.AtEnd = false;
        SetTabs();
    }

    public void Print(Rune rune)
    {
        int width = CharacterWidth.Of(rune);
        if (width == 0)
        {
            _grid.Mark(_cursor.Row, _cursor.AtEnd ? _cursor.Column : Math.Max(0, _cursor.Column - 1), rune);
            return;
        }

        if ((_cursor.Graphics & (1 << _cursor.CharacterSet)) != 0 && rune.Value - '`' is >= 0 and var index && index < Graphics.Length)
        {
            rune = new Rune(Graphics[index]);
        }

        _last = rune;
        if (width > Columns)
        {
            return;
        }

        if (_cursor.AtEnd || (_wraps && _cursor.Column + width > Columns))
        {
            _cursor.Column = 0;
            Index();
        }

        _cursor.Column = Math.Min(_cursor.Column, Columns - width);
        if (_inserts)
        {
            _grid.InsertCells(_cursor.Row, _cursor.Column, width);
        }

        _grid.Put(_cursor.Row, _cursor.Column, rune, width);
        bool last = _cursor.Column + width >= Columns;
        _cursor.Column = last ? Columns - 1 : _cursor.Column + width;
        _cursor.AtEnd = last && _wraps;
    }

    public void Control(byte control)
    {
        switch (control)
        {
            case (byte)'\b':
                MoveTo(_cursor.Row, _cursor.Column - 1);
                break;
            case (byte)'\t':
                Tab(1);
                break;
            case (byte)'\n' or 0x0B or 0x0C:
                Index();
                _cursor.Column = _linefeedReturns ? 0 : _cursor.Column;
                break;
            case (byte)'\r':
                MoveTo(_cursor.Row, 0);
                break;
            case 0x0E or 0x0F: // SO, SI
                _cursor.CharacterSet = control == 0x0E ? 1 : 0;
                break;
        }
    }

    public void Escape(char intermediate, char final)
    {
        switch (intermediate, final)
        {
            case ('\0', '7'):
                _saved = _cursor;
                break;
            case ('\0', '8'):
                Restore();
                break;
            case ('\0', 'D'):
                Index();
                break;
            case ('\0', 'E'):
                _cursor.Column = 0;
                Index();
                break;
            case ('\0', 'M'):
                ReverseIndex();
                break;
            case ('\0', 'H'):
                _tabs.Add(_cursor.Column);
                break;
            case ('\0', 'c'):
                Reset();
                break;
            case ('#', '8'): // the screen full of E, to adjust the picture
                for (int row = 0; row < _grid.Rows; row++)
                {
                    for (int column = 0; column < Columns; column++)
                    {
                        _grid.Put(row, column, new Rune('E'), 1);
                    }
                }

                break;
            case ('(' or ')', _):
                int bit = intermediate == '(' ? 1 : 2;
                _cursor.Graphics = final == '0' ? _cursor.Graphics | bit : _cursor.Graphics & ~bit;
                break;
        }
    }

    private void Reset()
    {
        _grid = _main;
        _main.EraseRows(0, _main.Rows);
        _alternate.EraseRows(0, _alternate.Rows);
        _last = new Rune(' ');
        SetTabs();
        ResetModes();
        _cursor = _saved = default;
    }

    private void ResetModes()
    {
        (_top, _bottom) = (0, _grid.Rows - 1);
        _wraps = true;
        _inserts = _linefeedReturns = false;
        _cursor.Origin = false;
        (_cursor.CharacterSet, _cursor.Graphics) = (0, 0);
    }

    private void SetTabs()
    {
        _tabs.Clear();
        for (int column = TabWidth; column < Columns; column += TabWidth)
        {
            _tabs.Add(column);
        }
    }

    private void Restore()
    {
        _cursor = _saved;
        _cursor.Row = Math.Min(_cursor.Row, _grid.Rows - 1);
        _cursor.Column = Math.Min(_cursor.Column, Columns - 1);
        _cursor.AtEnd &= _cursor.Column == Columns - 1;
    }

    // Rows and columns of the grid; outside of it, the nearest.
    private void MoveTo(int row, int column)
    {
        _cursor.Row = Math.Clamp(row, 0, _grid.Rows - 1);
        _cursor.Column = Math.Clamp(column, 0, Columns - 1);
        _cursor.AtEnd = false;
    }

    private void Tab(int count)
    {
        int column = _cursor.Column;
        for (; count > 0; count--)
        {
            column = _tabs.GetViewBetween(column + 1, int.MaxValue).FirstOrDefault(Columns - 1);
        }

        MoveTo(_cursor.Row, column);
    }

    private void Index()
    {
        _cursor.AtEnd = false;
        if (_cursor.Row == _bottom)
        {
            _grid.ScrollUp(_top, _bottom, 1);
        }
        else if (_cursor.Row < _grid.Rows - 1)
        {
            _cursor.Row++;
        }
    }

    private void ReverseIndex()
    {
        _cursor.AtEnd = false;
        if (_cursor.Row == _top)
        {
            _grid.ScrollDown(_top, _bottom, 1);
        }
        else if (_cursor.Row > 0)
        {
            _cursor.Row--;
        }
    }
}
