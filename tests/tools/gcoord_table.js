// Makes tests/unit/geo/gcj02_truth.txt by npm gcoord 1.0.7 (MIT), an independent implementation:
//   npm install gcoord@1.0.7 && node gcoord_table.js >gcj02_truth.txt
const gcoord = require('gcoord');
const forms = [gcoord.GCJ02, gcoord.BD09];
const print = (...numbers) => console.log(numbers.map((n) => n.toFixed(10)).join(' '));
console.log('# WGS 84 by gcoord 1.0.7 (tests/tools/gcoord_table.js), degrees:');
console.log('# lon lat, as GCJ-02 lon lat, as BD-09 lon lat; then lon lat taken as GCJ-02 and as BD-09, each undone: lon lat');
let row = 0;
for (let lat = 17.9; lat < 54; lat += 0.97) {
  row += 1;
  for (let lon = 73.1 + 0.31 * (row % 4); lon < 135.5; lon += 1.21) {
    const p = [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
    const there = forms.flatMap((f) => gcoord.transform(p.slice(), gcoord.WGS84, f));
    const back = forms.flatMap((f) => gcoord.transform(p.slice(), f, gcoord.WGS84));
    print(...p, ...there, ...back);
  }
}
