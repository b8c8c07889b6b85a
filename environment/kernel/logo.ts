/** The kernel's picture in launchers: a body's outline in an axial slice, with a lesion. */
export const kernelLogo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
  <rect width="64" height="64" rx="10" fill="#12263a"/>
  <ellipse cx="32" cy="33" rx="25" ry="19" fill="none" stroke="#8fb8de" stroke-width="3"/>
  <path d="M14 31c2-10 12-13 19-10 5 2 4 9-1 13-6 5-19 7-18-3z" fill="#3f7cac"/>
  <circle cx="24" cy="28" r="4" fill="#e4572e"/>
  <circle cx="32" cy="44" r="4" fill="#d9e6f2"/>
</svg>
`;
