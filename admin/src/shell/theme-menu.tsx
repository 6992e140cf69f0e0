// The choice between light, dark and the system's theme.
import { Menu } from '@base-ui/react/menu';
import { useCell } from '../ui/cell.ts';
import { Icon } from '../ui/icon.tsx';
import { setTheme, type Theme, theme } from './theme.ts';

const THEMES = [
  { value: 'system', title: 'System', icon: 'system' },
  { value: 'light', title: 'Light', icon: 'sun' },
  { value: 'dark', title: 'Dark', icon: 'moon' },
] as const;

export function ThemeMenu() {
  const current = useCell(theme);
  const shown = THEMES.find(({ value }) => value === current) ?? THEMES[0];
  return (
    <Menu.Root>
      <Menu.Trigger
        className="button-icon"
        aria-label={`Theme: ${shown.title}`}
        title={`Theme: ${shown.title}`}
      >
        <Icon name={shown.icon} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="layer">
          <Menu.Popup className="menu">
            <Menu.RadioGroup value={current} onValueChange={(value: Theme) => setTheme(value)}>
              {THEMES.map(({ value, title, icon }) => (
                <Menu.RadioItem key={value} value={value} className="menu-item" closeOnClick>
                  <Icon name={icon} size={16} />
                  {title}
                  <Menu.RadioItemIndicator className="menu-mark">
                    <Icon name="granted" size={14} />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
