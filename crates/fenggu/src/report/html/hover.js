// Hover over a time chart: the row of its table at the cursor. The page is complete without this.
(function(){
  var cap=function(s){return s.cloneNode(true)};
  document.querySelectorAll('svg[data-hover]').forEach(function(svg){
    var h=svg.dataset.hover.split(' ').map(Number),fig=svg.closest('figure'),table=fig&&fig.querySelector('details table');
    if(!table)return;
    var rows=table.tBodies[0].rows,heads=table.tHead.rows[0].cells,vb=svg.viewBox.baseVal,tip=null,line=null;
    var leave=function(){if(tip){tip.remove();line.remove();tip=null}};
    svg.addEventListener('pointerleave',leave);
    svg.addEventListener('pointermove',function(ev){
      var box=svg.getBoundingClientRect(),x=(ev.clientX-box.left)/box.width*vb.width;
      if(x<h[0]||x>h[1])return leave();
      var t=(x-h[0])/(h[1]-h[0])*h[2],i=0,j=rows.length-1;
      while(i<j){var m=(i+j)>>1;if(+rows[m].dataset.e>t)j=m;else i=m+1}
      if(!tip){
        tip=document.createElement('div');tip.className='tip';fig.appendChild(tip);
        line=document.createElementNS('http://www.w3.org/2000/svg','path');line.setAttribute('class','cursor');svg.appendChild(line);
      }
      line.setAttribute('d','M'+x+' 20V'+(vb.height-46));
      tip.textContent='';
      var b=document.createElement('b');b.appendChild(cap(rows[i].cells[0].firstChild));tip.appendChild(b);
      for(var k=1;k<heads.length;k++){
        var d=document.createElement('div'),a=document.createElement('span'),c=document.createElement('span');
        heads[k].childNodes.forEach(function(n){a.appendChild(cap(n))});
        c.textContent=rows[i].cells[k].textContent;d.appendChild(a);d.appendChild(c);tip.appendChild(d);
      }
      var fb=fig.getBoundingClientRect(),left=ev.clientX-fb.left+16;
      if(left+tip.offsetWidth>fb.width)left=ev.clientX-fb.left-16-tip.offsetWidth;
      tip.style.left=Math.max(0,left)+'px';tip.style.top=(box.top-fb.top+24)+'px';
    });
  });
})();
